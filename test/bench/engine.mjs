/** How long the engine's parts take on this machine, as it is built. Medians of several runs. */
import { crossEntropy, Generator, nn, optim, randint, randn, tensor } from "../../engine/dist/index.js";

function median(runs, body) {
  const times = Array.from({ length: runs }, () => {
    const began = performance.now();
    body();
    return performance.now() - began;
  }).sort((a, b) => a - b);
  return times[runs >> 1];
}

const show = (name, ms) =>
  process.stdout.write(`${name.padEnd(52)} ${ms < 1 ? `${(ms * 1000).toFixed(1)} µs` : `${ms.toFixed(2)} ms`}\n`);

const generator = new Generator(1);
for (const n of [1, 256, 65536]) {
  const x = randn([n], { generator, requiresGrad: true });
  const w = randn([n], { generator });
  const ops = 100;
  const chain = () => {
    let y = x;
    for (let i = 0; i < ops / 2; i++) y = y.mul(w).add(w);
    y.sum().backward();
  };
  chain();
  show(`one mul or add of ${n}, forward and backward`, median(7, chain) / ops);
}

const length = 200_000;
let chain = tensor(1, { requiresGrad: true });
for (let i = 0; i < length; i++) chain = chain.mul(1);
show(
  `backward through ${length} nodes`,
  median(1, () => chain.backward()),
);

const model = new nn.Sequential(
  new nn.Linear(784, 256),
  new nn.ReLU(),
  new nn.Linear(256, 128),
  new nn.ReLU(),
  new nn.Linear(128, 10),
);
const optimizer = new optim.Adam(model.parameters());
const images = randn([128, 784], { generator });
const labels = randint(0, 10, [128], { generator });
const step = () => {
  optimizer.zeroGrad();
  crossEntropy(model.forward(images), labels).backward();
  optimizer.step();
};
step();
show("MNIST MLP step (batch 128, 784-256-128-10, Adam)", median(7, step));
