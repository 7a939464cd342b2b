/**
 * Splits the time of training steps into that of the kernels, in WebAssembly and a native BLAS, and that of the JavaScript around them: dispatch, tape, backward walk, memory, optimizer.
 * A compiled step that replayed the calls of the kernels, and cost nothing itself, would take the time of the kernels.
 * Prints medians over the fastest tenth of the steps: `-- steps 3 lstm` takes 3 seconds for each of the named workloads; `--write` writes the section of docs/performance.md.
 */
import { cpus } from "node:os";
import { writeSection } from "./compute/section.mjs";
import { median } from "./compute/timing.mjs";

/** Calls of kernels and the milliseconds that they took, while a step is measured. */
const spent = { calls: 0, time: 0 };
let isMeasured = false;

const timed =
  (kernel) =>
  (...args) => {
    if (!isMeasured) return kernel(...args);
    const began = performance.now();
    const result = kernel(...args);
    spent.time += performance.now() - began;
    spent.calls++;
    return result;
  };

/** Times the exports of each module that is instantiated from now on; so the engine is imported afterwards. */
const { Instance } = WebAssembly;
WebAssembly.Instance = function TimedInstance(module, imports) {
  const members = Object.entries(new Instance(module, imports).exports);
  return { exports: Object.fromEntries(members.map(([name, x]) => [name, typeof x === "function" ? timed(x) : x])) };
};
const { engineInfo, manualSeed, randint, randn, setNumThreads } = await import("../../engine/dist/index.js");
const { workload } = await import("./compute/workloads.mjs");

const workloads = {
  "tiny-mlp": ["tiny MLP", () => ({ input: randn([100, 2]), target: randn([100, 1]) })],
  "mnist-mlp-batch-16": [
    "MNIST MLP, batch 16, Adam",
    () => ({ input: randn([16, 784]), target: randint(0, 10, [16]) }),
  ],
  "mnist-mlp": ["MNIST MLP, batch 128, Adam", () => ({ input: randn([128, 784]), target: randint(0, 10, [128]) })],
  cnn: ["CNN", () => ({ input: randn([64, 1, 28, 28]), target: randint(0, 10, [64]) })],
  transformer: ["transformer block", () => ({ input: randn([16, 64, 128]), target: randn([16, 64, 128]) })],
  lstm: ["LSTM", () => ({ input: randn([32, 32, 128]), target: randn([32, 32, 128]) })],
};

/** Returns the milliseconds of one reading of the clock. */
function clockTime() {
  const times = Array.from({ length: 200 }, () => {
    const began = performance.now();
    for (let i = 0; i < 100; i++) performance.now();
    return (performance.now() - began) / 101;
  });
  return median(times);
}

/** Measures one step: all of its time and that of its kernels, without that of reading the clock. */
function measured(step, clock) {
  Object.assign(spent, { calls: 0, time: 0 });
  isMeasured = true;
  const began = performance.now();
  step();
  const all = performance.now() - began;
  isMeasured = false;
  const { calls } = spent;
  return { all: all - 2 * calls * clock, kernels: spent.time - calls * clock, calls };
}

const show = (ms) => (ms < 1 ? `${(ms * 1e3).toPrecision(3)} µs` : `${ms.toPrecision(3)} ms`);

function row(name, seconds, clock) {
  manualSeed(0);
  const [title, data] = workloads[name];
  const { step } = workload(name, data());
  const until = (ms, run) => {
    const end = performance.now() + ms;
    do run();
    while (performance.now() < end);
  };
  until(500 * seconds, step);
  const samples = [];
  until(1000 * seconds, () => samples.push(measured(step, clock)));
  // a step that another process interrupted takes longer, mostly within a kernel
  const fastest = samples.toSorted((a, b) => a.all - b.all).slice(0, Math.ceil(samples.length / 10));
  const [all, kernels, calls] = ["all", "kernels", "calls"].map((key) => median(fastest.map((s) => s[key])));
  return { title, all, kernels, calls, share: median(fastest.map((s) => s.kernels / s.all)) };
}

const given = process.argv.slice(2);
const seconds = Number(given.find((a) => Number(a) > 0) ?? 4);
const named = given.filter((a) => a in workloads);
setNumThreads(1);
const clock = clockTime();
const rows = (named.length > 0 ? named : Object.keys(workloads)).map((name) => row(name, seconds, clock));
for (const { title, all, kernels, share, calls } of rows)
  process.stdout.write(
    `${title.padEnd(28)} step ${show(all)}, kernels ${show(kernels)} in ${calls} calls (${(100 * share).toFixed(0)} %), without JavaScript ${(1 / share).toFixed(2)}x as fast\n`,
  );

if (given.includes("--write")) {
  const { blas, vectorBits } = engineInfo();
  const lines = rows.map(
    ({ title, all, kernels, share, calls }) =>
      `| ${title} | ${show(all)} | ${show(kernels)} | ${calls} | ${(100 * share).toFixed(0)} % | ${(1 / share).toFixed(2)}x |`,
  );
  writeSection(
    "Kernels' part of a step",
    `Written by \`npm run bench -- steps --write\`: medians over the fastest tenth of training steps, on one thread of a machine that does other work, on ${cpus()[0].model.trim()}, Node ${process.version}, ${blas === null ? "without a native BLAS" : "with a native BLAS"}, ${vectorBits}-bit vectors. Kernels are the calls
of WebAssembly, with the BLAS that they call. The rest is JavaScript: dispatch, tape, backward walk, memory and optimizer. The last column is what a compiled step could gain that replayed the calls of the kernels and cost
nothing itself. Tapelab has none: it would pay for small models alone. JavaScript takes longer in the steps of large models, though it does the same, as their data displaces it from the processor's caches.

| step | time | kernels | calls | share | at most |
|---|---|---|---|---|---|
${lines.join("\n")}
`,
  );
}
process.exit(0);
