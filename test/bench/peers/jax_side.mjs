/** jax-js with its WebAssembly backend: training steps are compiled by `jit`; chains run eagerly, as they do in the other libraries. */
import { createInterface } from "node:readline";
import { blockUntilReady, defaultDevice, grad, init, jit, nn, numpy as np } from "@jax-js/jax";
import { timedAsync } from "../compute/timing.mjs";

await init("wasm");
defaultDevice("wasm");

const random = (shape) =>
  np.array(new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => Math.random() - 0.5)).reshape(shape);

function chain(n) {
  const [x, w] = [random([n]), random([n])];
  const gradient = grad((start, factor) => {
    let y = start;
    for (let i = 0; i < 50; i++) y = y.mul(factor.ref).add(factor.ref);
    factor.dispose();
    return np.sum(y);
  });
  return async () => void gradient(x.ref, w.ref).dataSync();
}

/** Returns a step of an MLP by plain gradient descent, as jax-js has no optimizers. */
function mlp(sizes, batch, activation, loss, target) {
  let layers = sizes.slice(1).map((n, i) => ({ w: random([sizes[i], n]).mul(0.1), b: np.zeros([n]) }));
  const [x, y] = [random([batch, sizes[0]]), target(batch)];
  const lossOf = (parameters, input, wanted) => {
    let h = input;
    parameters.forEach(({ w, b }, i) => {
      h = np.matmul(h, w).add(b);
      if (i < parameters.length - 1) h = activation(h);
    });
    return loss(h, wanted);
  };
  const step = jit((parameters, input, wanted) => {
    const g = grad(lossOf)(
      parameters.map(({ w, b }) => ({ w: w.ref, b: b.ref })),
      input,
      wanted,
    );
    return parameters.map(({ w, b }, i) => ({ w: w.sub(g[i].w.mul(0.01)), b: b.sub(g[i].b.mul(0.01)) }));
  });
  return async () => {
    layers = step(layers, x.ref, y.ref);
    await blockUntilReady(layers);
  };
}

const functions = {
  exp: (x) => np.exp(x.ref),
  tanh: (x) => np.tanh(x.ref),
  sum: (x) => np.sum(x.ref),
  add: (x) => x.ref.add(x.ref),
  softmax: (x) => nn.softmax(x.ref, -1),
};

function workload(name) {
  const at = name.lastIndexOf("-");
  const [kind, size] = [name.slice(0, at), Number(name.slice(at + 1))];
  if (name === "tiny-mlp")
    return mlp(
      [2, 16, 16, 1],
      100,
      np.tanh,
      (h, y) => np.mean(np.square(h.sub(y))),
      (n) => random([n, 1]),
    );
  if (name === "mnist-mlp")
    return mlp(
      [784, 256, 128, 10],
      128,
      nn.relu,
      (h, y) => np.mean(np.sum(nn.logSoftmax(h, -1).mul(y), -1)).mul(-1),
      (n) =>
        nn.oneHot(
          np.array(
            Int32Array.from({ length: n }, (_, i) => i % 10),
            { dtype: np.int32 },
          ),
          10,
        ),
    );
  if (kind === "chain") return chain(size);
  const f = functions[kind];
  if (f === undefined) return null;
  const x = random(kind === "softmax" ? [256, 1000] : [size]);
  return async () => {
    const y = f(x);
    await blockUntilReady(y);
    y.dispose();
  };
}

const steps = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, name, seconds } = JSON.parse(line);
  let answer = {};
  try {
    if (what === "data") steps.set(name, workload(name));
    const step = steps.get(name);
    if (!step) answer = { missing: true };
    else if (what === "time") answer = { times: await timedAsync(step, seconds) };
  } catch (error) {
    steps.set(name, null);
    answer = { missing: true, reason: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
