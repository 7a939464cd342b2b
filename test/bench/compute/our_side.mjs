/** This library's side of the benchmark: answers the requests that PyTorch's side answers, and compares its results with PyTorch's. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setNumThreads, tensor } from "../../../engine/dist/index.js";
import { timed } from "./timing.mjs";
import { workload } from "./workloads.mjs";

const unpacked = ({ shape, kind, data }) => {
  const bytes = Uint8Array.from(Buffer.from(data, "base64")).buffer;
  return tensor(kind === "<i4" ? new Int32Array(bytes) : new Float32Array(bytes)).reshape(shape);
};
const all = (packed) => Object.fromEntries(Object.entries(packed).map(([name, value]) => [name, unpacked(value)]));

/** Returns the largest difference, divided by the largest magnitude. */
function difference(name, got, wanted) {
  const [a, b] = [got.toTypedArray(), wanted.toTypedArray()];
  if (a.length !== b.length) throw new Error(`${name} has ${a.length} elements, PyTorch's has ${b.length}`);
  let [most, scale] = [0, 1e-30];
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]));
    scale = Math.max(scale, Math.abs(b[i]));
  }
  return most / scale;
}

const steps = new Map();
const answers = {
  data({ name, path }) {
    const { arrays, expected } = JSON.parse(readFileSync(path, "utf8"));
    const { result, step } = workload(name, all(arrays));
    steps.set(name, step);
    const [got, wanted] = [result(), all(expected)];
    return {
      differences: Object.fromEntries(Object.keys(wanted).map((key) => [key, difference(key, got[key], wanted[key])])),
    };
  },
  time({ name, seconds, threads }) {
    if (threads !== undefined) setNumThreads(threads);
    return { times: timed(steps.get(name), seconds) };
  },
  /** Returns how many bytes the resident memory grew in the first hundred steps, by the end, and at most. */
  memory({ name, path, steps: count }) {
    const rss = process.memoryUsage.rss;
    const before = rss();
    const { step } = workload(name, all(JSON.parse(readFileSync(path, "utf8")).arrays));
    let [early, peak] = [0, 0];
    for (let i = 0; i < count; i++) {
      step();
      if (i === 100) early = rss();
      if (i % 20 === 0) peak = Math.max(peak, rss());
    }
    return { early: early - before, end: rss() - before, peak: peak - before };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(answers[request.do](request))}\n`);
}
