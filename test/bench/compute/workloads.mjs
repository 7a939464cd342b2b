/** The workloads in this library, on PyTorch's data: a function for the results, and one for a step. */
import { crossEntropy, F, nn, noGrad, optim, tensor } from "../../../engine/dist/index.js";

/** A transformer block of width 128 with 4 heads, causal attention, and an MLP of width 512. */
class Block extends nn.Module {
  n1 = new nn.LayerNorm(128);
  n2 = new nn.LayerNorm(128);
  qkv = new nn.Linear(128, 384);
  out = new nn.Linear(128, 128);
  up = new nn.Linear(128, 512);
  down = new nn.Linear(512, 128);
  forward(x) {
    const [b, s, d] = x.shape;
    const [q, k, v] = this.qkv
      .forward(this.n1.forward(x))
      .chunk(3, -1)
      .map((p) => p.reshape([b, s, 4, 32]).transpose(1, 2));
    const a = F.scaledDotProductAttention(q, k, v, { isCausal: true }).transpose(1, 2).reshape([b, s, d]);
    const h = x.add(this.out.forward(a));
    return h.add(this.down.forward(F.gelu(this.up.forward(this.n2.forward(h)))));
  }
}

class Recurrent extends nn.Module {
  lstm = new nn.LSTM(128, 128);
  forward(x) {
    return this.lstm.forward(x)[0];
  }
}

const mnist = () =>
  new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 128),
    new nn.ReLU(),
    new nn.Linear(128, 10),
  );
const adam = (parameters) => new optim.Adam(parameters);

const models = {
  "tiny-mlp": {
    make: () =>
      new nn.Sequential(
        new nn.Linear(2, 16),
        new nn.Tanh(),
        new nn.Linear(16, 16),
        new nn.Tanh(),
        new nn.Linear(16, 1),
      ),
    loss: F.mseLoss,
    optimizer: (parameters) => new optim.SGD(parameters, { lr: 0.01 }),
  },
  "mnist-mlp": { make: mnist, loss: crossEntropy, optimizer: adam },
  cnn: {
    make: () =>
      new nn.Sequential(
        new nn.Conv2d(1, 16, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(16, 32, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(),
        new nn.Linear(1568, 10),
      ),
    loss: crossEntropy,
    optimizer: adam,
  },
  transformer: { make: () => new Block(), loss: F.mseLoss, optimizer: adam },
  lstm: { make: () => new Recurrent(), loss: F.mseLoss, optimizer: adam },
};

/** Returns this library's name of a parameter: PyTorch numbers the weights of an LSTM's layers. */
const ownName = (name) =>
  name
    .replace(/(weight|bias)_(i|h)h_l(\d+)$/, (_, what, side, layer) => `layers.${layer}.${what}${side.toUpperCase()}h`)
    .replace("Hh", "Hh");

function modelWorkload({ make, loss, optimizer }, arrays) {
  const model = make();
  const parameters = new Map(model.namedParameters());
  const names = Object.keys(arrays).filter((k) => k.startsWith("parameter "));
  noGrad(() => {
    for (const name of names) parameters.get(ownName(name.slice(10))).copy_(arrays[name]);
  });
  const { input, target } = arrays;
  const o = optimizer(model.parameters());
  return {
    result: () => {
      o.zeroGrad();
      const value = loss(model.forward(input), target);
      value.backward();
      const gradients = names.map((name) => [
        `gradient ${name.slice(10)}`,
        parameters.get(ownName(name.slice(10))).grad,
      ]);
      return { loss: value, ...Object.fromEntries(gradients) };
    },
    step: () => {
      o.zeroGrad();
      loss(model.forward(input), target).backward();
      o.step();
    },
  };
}

function chainWorkload({ x, w }, ops) {
  const leaf = x.requiresGrad_();
  const run = () => {
    let y = leaf;
    for (let i = 0; i < ops / 2; i++) y = y.mul(w).add(w);
    y.sum().backward();
  };
  return {
    result: () => {
      leaf.grad = null;
      run();
      return { gradient: leaf.grad };
    },
    step: () => {
      run();
      leaf.grad = null;
    },
  };
}

function tapeWorkload(length) {
  const x = tensor(1, { requiresGrad: true });
  return {
    result: () => ({}),
    step: () => {
      let y = x;
      for (let i = 0; i < length; i++) y = y.mul(1);
      const began = performance.now();
      y.backward();
      return (performance.now() - began) / 1000;
    },
  };
}

const ops = {
  exp: ({ x }) => x.exp(),
  tanh: ({ x }) => x.tanh(),
  sum: ({ x }) => x.sum(),
  add: ({ x, z }) => x.add(z),
  softmax: ({ x }) => x.softmax(1),
};

/** Returns a workload by name, such as `"cnn"`, `"chain-256"` or `"exp-1048576"`. */
export function workload(name, arrays) {
  const model = models[name.replace(/-fused$|-batch-\d+$/, "")];
  if (model !== undefined) return modelWorkload(model, arrays);
  const at = name.lastIndexOf("-");
  const [kind, size] = [name.slice(0, at), Number(name.slice(at + 1))];
  if (kind === "chain") return chainWorkload(arrays, 100);
  if (kind === "chain-ops") return chainWorkload(arrays, size);
  if (kind === "tape") return tapeWorkload(size);
  return { result: () => ({ result: ops[kind](arrays) }), step: () => void noGrad(() => ops[kind](arrays)) };
}
