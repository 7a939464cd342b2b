/** Times of autograd's features and of their alternatives, measured in turns: per-sample gradients, anomaly mode, breakpoints, sparse gradients. Prints medians and ratios. */
import { autograd, crossEntropy, func, inspect, nn, optim, randint, randn } from "tapelab";
import { median, timed } from "./compute/timing.mjs";

const seconds = 2;
const say = (line) => process.stdout.write(`${line}\n`);

/** Returns two ways to compute the per-sample gradients of a small CNN. */
function perSample() {
  const model = new nn.Sequential(
    new nn.Conv2d(1, 8, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(8, 16, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(16 * 9, 10),
  );
  const parameters = Object.fromEntries([...model.namedParameters()].map(([name, p]) => [name, p.detach()]));
  const [x, y] = [randn([64, 1, 12, 12]), randint(0, 10, [64])];
  const loss = (p, image, label) => crossEntropy(func.functionalCall(model, p, image.unsqueeze(0)), label.unsqueeze(0));
  const gradient = func.grad(loss);
  const mapped = func.vmap(gradient, { inAxes: [null, 0, 0] });
  return {
    "vmap of grad": () => void mapped(parameters, x, y),
    "grad in a loop": () => {
      for (let i = 0; i < 64; i++) gradient(parameters, x.select(0, i), y.select(0, i));
    },
  };
}

/** Returns a training step of the MNIST MLP. */
function mlpStep() {
  const model = new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 256),
    new nn.ReLU(),
    new nn.Linear(256, 10),
  );
  const optimizer = new optim.Adam(model.parameters());
  const [x, y] = [randn([128, 784]), randint(0, 10, [128])];
  return () => {
    optimizer.zeroGrad();
    crossEntropy(model.forward(x), y).backward();
    optimizer.step();
  };
}

/** Returns the step in anomaly mode and outside of it. */
function anomalyMode() {
  const step = mlpStep();
  return { "in anomaly mode": () => autograd.detectAnomaly(step), "without anomaly mode": step };
}

/** Returns the step with a breakpoint that is on, and with it off. */
function withBreakpoint(condition) {
  const step = mlpStep();
  const breakpoint = inspect.breakWhen(condition);
  breakpoint.disable();
  const armed = () => {
    breakpoint.enable();
    step();
    breakpoint.disable();
  };
  return { "breakpoint on": armed, "breakpoint off": step };
}

/** Returns a training step of an embedding of 100,000 rows of which 256 are looked up, with dense and with sparse gradients. */
function embedding() {
  const x = randint(0, 100_000, [256]);
  const step = (sparse) => {
    const table = new nn.Embedding(100_000, 32, { sparse });
    const optimizer = new optim.SGD(table.parameters(), { lr: 0.1 });
    return () => {
      optimizer.zeroGrad();
      table.forward(x).square().sum().backward();
      optimizer.step();
    };
  };
  return { "dense gradients": step(false), "sparse gradients": step(true) };
}

const cases = {
  "per-sample gradients, CNN, 64 samples": perSample(),
  "MNIST MLP step": anomalyMode(),
  "MNIST MLP step, breakpoint on NaN and infinity": withBreakpoint("notFinite"),
  "MNIST MLP step, breakpoint on an op": withBreakpoint({ op: "softmax" }),
  "embedding step": embedding(),
};

for (const [name, ways] of Object.entries(cases)) {
  say(name);
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 0; round < 3; round++)
    for (const [way, run] of Object.entries(ways)) times[way].push(...timed(run, seconds / 3));
  const [first, second] = Object.entries(times).map(([way, list]) => {
    say(`  ${way}: ${(median(list) * 1e3).toFixed(3)} ms`);
    return median(list);
  });
  say(`  ratio of the second to the first: ${(second / first).toFixed(2)}`);
}
