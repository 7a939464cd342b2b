/**
 * Times of a chain of ops and of the MNIST step with nothing asked for, and with each means of the inspector on, in turns; and of single calls such as `explain` and `diagnose`.
 * Prints medians: `-- inspect 3 5` takes 5 rounds of 3 seconds for each; `--write` writes the section of docs/performance.md.
 */
import { cpus } from "node:os";
import {
  autograd,
  crossEntropy,
  diagnose,
  explain,
  full,
  gradients,
  host,
  inspect,
  manualSeed,
  nn,
  optim,
  randint,
  randn,
  tape,
  watch,
  watchTraining,
} from "tapelab";
import { writeSection } from "./compute/section.mjs";
import { median, timed } from "./compute/timing.mjs";

const say = (line) => process.stdout.write(`${line}\n`);
const show = (seconds) =>
  seconds < 1e-3 ? `${(seconds * 1e6).toFixed(1)} µs` : `${(seconds * 1e3).toPrecision(3)} ms`;

/** Returns a chain of 100 ops on 16 elements, with its backward pass. */
function chain() {
  const [x, w] = [full([16], 0.9, { requiresGrad: true }), full([16], 0.99)];
  const step = () => {
    let y = x;
    for (let i = 0; i < 50; i++) y = y.mul(w).add(w);
    y.sum().backward();
    x.grad = null;
  };
  return { step, model: null, optimizer: null };
}

function mnist() {
  manualSeed(0);
  const model = new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 128),
    new nn.ReLU(),
    new nn.Linear(128, 10),
  );
  const optimizer = new optim.Adam(model.parameters());
  const [x, y] = [randn([128, 784]), randint(0, 10, [128])];
  const loss = () => crossEntropy(model.forward(x), y);
  const step = () => {
    optimizer.zeroGrad();
    loss().backward();
    optimizer.step();
  };
  return { step, model, optimizer, loss };
}

const none = () => {};

/** The watching of a cell in a notebook, whose ops note their lines and keep values within a budget. */
const notebook = () => {
  host.setWatch({ nodes: 10_000, first: 1000, bytes: 256e6, site: inspect.stackSite });
  return () => host.setWatch({ nodes: 0 });
};

const events = () => {
  let count = 0;
  const handles = [inspect.onRecord(() => void count++), inspect.onGradient(() => void count++)];
  return () => {
    for (const handle of handles) handle.remove();
  };
};

const live = ({ model, optimizer }) => {
  const run = watch(model, { optimizer });
  return () => run.stop();
};

const recorded = ({ model, optimizer }) => {
  const run = watchTraining(model, { optimizer });
  return () => run.stop();
};

/** The means that may be asked for: each is turned on by its function, and off by the one that this returns. */
const means = {
  "nothing asked for": () => none,
  "in a notebook: lines and values for the inspector": notebook,
  "onRecord and onGradient": events,
  "anomaly mode": () => none,
  watch: live,
  "watchTraining, which diagnose uses": recorded,
  "all of these": (work) => {
    const ends = [notebook, events, live, recorded].flatMap((begin) =>
      needsModel(begin) && work.model === null ? [] : [begin(work)],
    );
    return () => {
      for (const end of ends.toReversed()) end();
    };
  },
};
const needsModel = (begin) => begin === live || begin === recorded;
const inAnomalyMode = new Set(["anomaly mode", "all of these"]);

function measure(work, seconds, rounds) {
  const times = Object.fromEntries(Object.keys(means).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, begin] of Object.entries(means)) {
      if (needsModel(begin) && work.model === null) continue;
      const end = begin(work);
      const step = inAnomalyMode.has(name) ? () => autograd.detectAnomaly(work.step) : work.step;
      const list = timed(step, seconds / rounds);
      end();
      // the first round is for the compiler
      if (round > 0) times[name].push(...list);
    }
  return times;
}

const calls = {
  "tape(loss)": (w) => tape(w.loss()),
  "gradients(model)": (w) => gradients(w.model),
  "explain(weight, { loss })": (w) => explain(w.model.parameters()[0], { model: w.model, loss: w.loss }),
  "diagnose(model, { optimizer, loss }), 20 steps": (w) => diagnose(w.model, { optimizer: w.optimizer, loss: w.loss }),
};

const numbers = process.argv
  .slice(2)
  .filter((a) => !a.startsWith("--"))
  .map(Number);
const [seconds = 3, rounds = 5] = numbers;
const works = { "chain of 100 ops, n = 16": chain(), "MNIST MLP step, Adam": mnist() };
const results = Object.fromEntries(Object.entries(works).map(([name, work]) => [name, measure(work, seconds, rounds)]));

const cell = (times, name) => {
  if (times[name].length === 0) return "";
  const [time, plain] = [median(times[name]), median(times["nothing asked for"])];
  return name === "nothing asked for" ? show(time) : `${show(time)} (${(time / plain).toFixed(2)}x)`;
};
const rows = Object.keys(means).map(
  (name) =>
    `| ${name} | ${Object.values(results)
      .map((times) => cell(times, name))
      .join(" | ")} |`,
);
const table = `| asked for | ${Object.keys(works).join(" | ")} |\n|---|${Object.keys(works)
  .map(() => "---|")
  .join("")}\n${rows.join("\n")}`;

const one = mnist();
one.step();
const callRows = Object.entries(calls).map(
  ([name, call]) => `| \`${name}\` | ${show(median(timed(() => void call(one), seconds / 3)))} |`,
);
const callTable = `| call, on the MNIST MLP | time |\n|---|---|\n${callRows.join("\n")}`;

say(`${table}\n\n${callTable}`);
if (process.argv.includes("--write"))
  writeSection(
    "Inspection",
    `Medians of interleaved runs on ${cpus()[0].model.trim()}, Node ${process.version}, one thread, written by \`npm run bench -- inspect --write\`. A ratio is the time divided by that with nothing asked for. The notes by which
\`explain\` finds where values left the tape are always kept, and are part of all times.

${table}

${callTable}
`,
  );
