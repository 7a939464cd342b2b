/**
 * The share of a training's time that `watch` takes, with a live display, for steps of different sizes. Trainings with and without it run in turns. Prints medians, of the time
 * that the processor worked: `-- watch 10 5` for 5 rounds of 10 seconds.
 */
import { crossEntropy, host, nn, optim, randint, randn, watch } from "tapelab";
import { median } from "./compute/timing.mjs";

const say = (line) => process.stdout.write(`${line}\n`);

const mlp = (inputs, width, batch) => () => {
  const model = new nn.Sequential(
    new nn.Linear(inputs, width),
    new nn.ReLU(),
    new nn.Linear(width, width),
    new nn.ReLU(),
    new nn.Linear(width, 10),
  );
  return { model, x: randn([batch, inputs]), y: randint(0, 10, [batch]) };
};

const cases = {
  "MLP of 1,600 parameters": mlp(16, 32, 32),
  "MLP of 270,000 parameters (MNIST)": mlp(784, 256, 128),
  "MLP of 7 million parameters, batch of 16": mlp(784, 2048, 16),
  "CNN, batch of 64": () => ({
    model: new nn.Sequential(
      new nn.Conv2d(1, 16, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Conv2d(16, 32, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Linear(32 * 49, 10),
    ),
    x: randn([64, 1, 28, 28]),
    y: randint(0, 10, [64]),
  }),
};

/** Trains for some seconds, and returns the milliseconds of a step, and the watch if there was one. */
function train(make, seconds, isWatched) {
  const { model, x, y } = make();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-4 });
  const run = isWatched ? watch(model, { optimizer }) : null;
  const began = performance.now();
  const cpu = process.cpuUsage();
  let steps = 0;
  while (performance.now() - began < 1000 * seconds) {
    optimizer.zeroGrad();
    crossEntropy(model.forward(x), y).backward();
    optimizer.step();
    steps++;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { ms: (user + system) / 1000 / steps, steps, run };
}

// as a kernel does: the display is encoded and sent
host.setWatchPresenter((run, moment) => moment !== "step" && structuredClone(run.liveBundle()) !== undefined);
const [seconds, rounds] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 3)];
for (const [name, make] of Object.entries(cases)) {
  train(make, 1, true);
  const shares = [];
  let last = null;
  for (let i = 0; i < rounds; i++) {
    const plain = train(make, seconds, false);
    const watched = train(make, seconds, true);
    shares.push(watched.ms / plain.ms - 1);
    last = { plain, watched };
    watched.run.stop();
  }
  const { plain, watched } = last;
  const percent = (v) => `${(100 * v).toFixed(1)} %`;
  say(
    `${name}: ${plain.ms.toFixed(2)} ms a step, ${percent(median(shares))} more when watched (${shares.map(percent).join(", ")})`,
  );
  const { training, watching } = watched.run.time;
  say(
    `  ${watched.run.sampled} of ${watched.steps} steps measured; ${percent(watching / training)} of the time by its own count`,
  );
}
