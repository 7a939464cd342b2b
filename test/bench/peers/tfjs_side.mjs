/** TensorFlow.js with its WebAssembly backend, on the workloads that it can run. Answers the same requests as the other sides. */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import { timed } from "../compute/timing.mjs";

wasm.setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
await tf.ready();

const weight = (rows, columns) => tf.variable(tf.randomNormal([rows, columns], 0, Math.sqrt(1 / rows)));
const zero = (n) => tf.variable(tf.zeros([n]));

function chain(n) {
  const [x, w] = [tf.randomNormal([n]), tf.randomNormal([n])];
  const gradient = tf.grad((start) => {
    let y = start;
    for (let i = 0; i < 50; i++) y = tf.add(tf.mul(y, w), w);
    return y.sum();
  });
  return () => tf.tidy(() => void gradient(x));
}

function mlp(sizes, batch, activation, optimizer, loss) {
  const layers = sizes.slice(1).map((n, i) => [weight(sizes[i], n), zero(n)]);
  const x = tf.randomNormal([batch, sizes[0]]);
  const forward = () =>
    layers.reduce((h, [w, b], i) => {
      const y = h.matMul(w).add(b);
      return i < layers.length - 1 ? activation(y) : y;
    }, x);
  const target = loss.target(batch);
  return () => tf.tidy(() => void optimizer.minimize(() => loss.of(target, forward())));
}
const squares = { target: (n) => tf.randomNormal([n, 1]), of: (target, y) => y.sub(target).square().mean() };
const classes = {
  target: (n) => tf.oneHot(tf.randomUniform([n], 0, 10, "int32"), 10),
  of: (target, y) => tf.losses.softmaxCrossEntropy(target, y),
};

/** Returns a step of the transformer block, composed of ops: GELU by tanh, and no causal mask, as TensorFlow.js has neither. */
function transformer() {
  const [d, heads, s, b] = [128, 4, 64, 16];
  const [qkv, out, up, down] = [weight(d, 3 * d), weight(d, d), weight(d, 4 * d), weight(4 * d, d)];
  const norms = [0, 1].map(() => [tf.variable(tf.ones([d])), zero(d)]);
  const [x, target, optimizer] = [tf.randomNormal([b, s, d]), tf.randomNormal([b, s, d]), tf.train.adam()];
  const norm = (t, [w, bias]) => {
    const c = t.sub(t.mean(-1, true));
    return c.div(c.square().mean(-1, true).add(1e-5).sqrt()).mul(w).add(bias);
  };
  const product = (t, w) =>
    t
      .reshape([b * s, -1])
      .matMul(w)
      .reshape([b, s, -1]);
  const gelu = (t) => t.mul(0.5).mul(tf.tanh(t.add(t.mul(t).mul(t).mul(0.044715)).mul(0.7978845608)).add(1));
  const loss = () => {
    const [q, k, v] = tf
      .split(product(norm(x, norms[0]), qkv), 3, 2)
      .map((t) => t.reshape([b, s, heads, d / heads]).transpose([0, 2, 1, 3]));
    const weights = tf.softmax(tf.matMul(q, k, false, true).mul(1 / Math.sqrt(d / heads)));
    const h = x.add(product(weights.matMul(v).transpose([0, 2, 1, 3]).reshape([b, s, d]), out));
    return h
      .add(product(gelu(product(norm(h, norms[1]), up)), down))
      .sub(target)
      .square()
      .mean();
  };
  return () => tf.tidy(() => void optimizer.minimize(loss));
}

/** Returns a step of the LSTM, composed of ops. */
function lstm() {
  const [h, t, b] = [128, 32, 32];
  const [input, recurrent, bias] = [weight(h, 4 * h), weight(h, 4 * h), zero(4 * h)];
  const [target, optimizer] = [tf.randomNormal([t, b, h]), tf.train.adam()];
  const xs = tf.unstack(tf.randomNormal([t, b, h]));
  const loss = () => {
    let [hidden, cell] = [tf.zeros([b, h]), tf.zeros([b, h])];
    const steps = xs.map((x) => {
      const [i, f, g, o] = tf.split(x.matMul(input).add(hidden.matMul(recurrent)).add(bias), 4, 1);
      cell = tf
        .sigmoid(f)
        .mul(cell)
        .add(tf.sigmoid(i).mul(tf.tanh(g)));
      hidden = tf.sigmoid(o).mul(tf.tanh(cell));
      return hidden;
    });
    return tf.stack(steps).sub(target).square().mean();
  };
  return () => tf.tidy(() => void optimizer.minimize(loss));
}

const functions = { exp: tf.exp, tanh: tf.tanh, sum: tf.sum, add: (x) => tf.add(x, x), softmax: (x) => tf.softmax(x) };

function workload(name) {
  const at = name.lastIndexOf("-");
  const [kind, size] = [name.slice(0, at), Number(name.slice(at + 1))];
  if (name === "tiny-mlp") return mlp([2, 16, 16, 1], 100, tf.tanh, tf.train.sgd(0.01), squares);
  if (name === "mnist-mlp") return mlp([784, 256, 128, 10], 128, tf.relu, tf.train.adam(), classes);
  if (name === "transformer") return transformer();
  if (name === "lstm") return lstm();
  if (kind === "chain") return chain(size);
  const f = functions[kind];
  if (f === undefined) return null;
  const x = tf.randomNormal(kind === "softmax" ? [256, 1000] : [size]);
  return () => tf.tidy(() => void f(x));
}

const steps = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, name, seconds } = JSON.parse(line);
  if (what === "data") steps.set(name, workload(name));
  const step = steps.get(name);
  const answer = what === "time" && step ? { times: timed(step, seconds) } : step ? {} : { missing: true };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
