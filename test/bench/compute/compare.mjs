/**
 * Compares this library's speed with that of PyTorch, tfjs and jax-js, measured in turns. Losses and gradients of every workload are compared with PyTorch's
 * first. Usage: node compare.mjs [--torch python] [--peers] [--threads n] [--busy n,…] [--json] [--write] [--memory] [workload …]
 * With --busy, two threads are compared with one, beside each of these numbers of busy processes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { engineInfo } from "../../../engine/dist/index.js";
import { plotGrowth, writeReport } from "./report.mjs";
import { sides } from "./sides.mjs";
import { compareThreads, threaded, writeThreads } from "./threads.mjs";
import { median, quantile } from "./timing.mjs";

const main = [
  ["chain-1", "op chain, n = 1"],
  ["chain-16", "op chain, n = 16"],
  ["chain-256", "op chain, n = 256"],
  ["tiny-mlp", "tiny MLP step"],
  ["mnist-mlp", "MNIST MLP step, Adam"],
  ["mnist-mlp-fused", "MNIST MLP step, PyTorch's fused Adam"],
  ["cnn", "CNN step, PyTorch channels last"],
  ["transformer", "transformer block step"],
  ["lstm", "LSTM step"],
  ["exp-1048576", "exp of 1M"],
  ["tanh-1048576", "tanh of 1M"],
  ["add-1048576", "add of 1M"],
  ["sum-1048576", "sum of 1M"],
  ["softmax-256x1000", "softmax of 256 x 1000"],
  ["tape-200000", "backward through 200,000 nodes"],
];

/** The workloads that show how time grows with the number of ops, the size of a tensor, the batch size, and the length of the tape. */
export const growth = {
  "op count": ["chain-ops-10", "chain-ops-100", "chain-ops-1000", "chain-ops-10000"],
  "tensor size": ["add-16", "add-256", "add-4096", "add-65536", "add-1048576"],
  batch: ["mnist-mlp-batch-16", "mnist-mlp-batch-64", "mnist-mlp-batch-256", "mnist-mlp-batch-1024"],
  "tape length": ["tape-2000", "tape-20000", "tape-200000"],
};

const rounds = 5;
const tolerance = 2e-4;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    torch: { type: "string", default: "python3" },
    peers: { type: "boolean", default: false },
    threads: { type: "string", default: "1" },
    busy: { type: "string" },
    seconds: { type: "string", default: "0.4" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    memory: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const names =
  positionals.length > 0
    ? positionals
    : [...new Set([...main.map(([name]) => name), ...(options.write ? Object.values(growth).flat() : [])])];
const title = new Map(main);
const say = (text) => options.json || process.stdout.write(`${text}\n`);
const show = (s) => (s < 1e-3 ? `${(s * 1e6).toFixed(1)} µs` : `${(s * 1e3).toFixed(2)} ms`);

/** Returns the median and the 10th and 90th percentile of times. */
const summary = (times) => ({ median: median(times), low: quantile(times, 0.1), high: quantile(times, 0.9) });

/** Passes the data of a workload from PyTorch to this library, and checks that losses and gradients agree. Returns the path of the data. */
async function prepare(name, programs, folder) {
  const path = join(folder, `${name}.json`);
  await programs.pytorch.ask({ do: "data", name, path });
  const { differences } = await programs.tapelab.ask({ do: "data", name, path });
  for (const [what, difference] of Object.entries(differences))
    if (!(difference <= tolerance))
      throw new Error(`${name}: ${what} differs from PyTorch's by ${difference} of its largest magnitude`);
  return path;
}

/** Measures a workload on all sides that can run it. */
async function measure(name, programs, folder) {
  const path = await prepare(name, programs, folder);
  const present = ["tapelab", "pytorch"];
  for (const peer of ["tfjs", "jax-js"]) {
    if (!(peer in programs)) continue;
    const { missing } = await programs[peer].ask({ do: "data", name, path });
    if (!missing) present.push(peer);
  }
  const times = Object.fromEntries(present.map((side) => [side, []]));
  for (const side of present) await programs[side].ask({ do: "time", name, seconds });
  for (let round = 0; round < rounds; round++)
    for (const side of present)
      times[side].push(...((await programs[side].ask({ do: "time", name, seconds })).times ?? []));
  return {
    name,
    title: title.get(name) ?? name,
    sides: Object.fromEntries(present.filter((s) => times[s].length > 0).map((s) => [s, summary(times[s])])),
  };
}

/** Measures how the resident memory grows over a loop of MNIST MLP steps, each side in a new process. */
async function measureMemory(folder) {
  const path = join(folder, "memory.json");
  const steps = 10_000;
  const fresh = sides({ torch: options.torch, peers: false, threads: Number(options.threads) });
  await programs.pytorch.ask({ do: "data", name: "mnist-mlp", path });
  const increases = {};
  for (const [side, program] of Object.entries(fresh)) {
    increases[side] = await program.ask({ do: "memory", name: "mnist-mlp", path, steps });
    program.end();
    const megabytes = (n) => `${(n / 2 ** 20).toFixed(0)} MB`;
    const { early, end, peak } = increases[side];
    say(
      `${steps} MNIST MLP steps, ${side}: memory grew by ${megabytes(early)} in the first hundred steps, ${megabytes(end)} by the end, and ${megabytes(peak)} at most`,
    );
  }
  return increases;
}

/** Compares one thread with two beside busy processes. */
async function measureBusy() {
  const busy = options.busy.split(",").map(Number);
  const chosen = positionals.length > 0 ? positionals : threaded;
  const titled = async (name) => {
    await prepare(name, programs, folder);
    return title.get(name) ?? name;
  };
  const rows = await compareThreads(chosen, busy, programs, seconds, titled, say);
  if (options.json) process.stdout.write(`${JSON.stringify({ rows })}\n`);
  if (options.write) writeThreads(rows, engineInfo().blas);
}

/** Compares all sides with one number of threads. */
async function measureSides() {
  const results = [];
  for (const name of names) {
    const result = await measure(name, programs, folder);
    results.push(result);
    const { tapelab } = result.sides;
    const others = Object.entries(result.sides).map(([side, t]) => {
      const ratio = side === "tapelab" ? "" : ` (${(t.median / tapelab.median).toFixed(2)}x)`;
      return `${side} ${show(t.median)} [${show(t.low)}, ${show(t.high)}]${ratio}`;
    });
    say(`${result.title.padEnd(40)} ${others.join("  ")}`);
  }
  const memory = options.write || options.memory ? await measureMemory(folder) : null;
  const threads = Number(options.threads);
  if (options.json) process.stdout.write(`${JSON.stringify({ threads, results, memory })}\n`);
  if (!options.write) return;
  writeReport(
    main.flatMap(([name]) => results.find((r) => r.name === name) ?? []),
    { threads, memory },
  );
  await plotGrowth(growth, results);
}

const folder = mkdtempSync(join(tmpdir(), "tapelab-bench-"));
const peers = options.peers && options.busy === undefined;
const programs = sides({ torch: options.torch, peers, threads: Number(options.threads) });
try {
  await (options.busy === undefined ? measureSides() : measureBusy());
} finally {
  for (const side of Object.values(programs)) side.end();
  rmSync(folder, { recursive: true });
}
