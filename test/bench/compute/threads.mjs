/** Times of one thread and of two beside busy processes, of this library and of PyTorch. */
import { besideBusyProcesses } from "./busy.mjs";
import { writeSection } from "./section.mjs";
import { median } from "./timing.mjs";

/** The workloads that are measured by default. */
export const threaded = ["mnist-mlp", "cnn", "transformer", "lstm", "exp-1048576", "add-1048576"];
const counts = [1, 2];
const rounds = 5;

const show = (s) => (s < 1e-3 ? `${(s * 1e6).toFixed(0)} µs` : `${(s * 1e3).toFixed(2)} ms`);
const gain = (times) => `${(times[1] / times[2]).toFixed(2)}x`;

/** Measures a workload with each number of threads, both sides in turns; returns medians. */
async function measureThreads(name, programs, seconds) {
  const times = { tapelab: { 1: [], 2: [] }, pytorch: { 1: [], 2: [] } };
  for (let round = 0; round <= rounds; round++)
    for (const [side, byCount] of Object.entries(times))
      for (const threads of counts) {
        const answer = await programs[side].ask({ do: "time", name, seconds, threads });
        // the first round warms up
        if (round > 0) byCount[threads].push(...answer.times);
      }
  const medians = ({ 1: one, 2: two }) => ({ 1: median(one), 2: median(two) });
  return { tapelab: medians(times.tapelab), pytorch: medians(times.pytorch) };
}

/** Measures each workload beside each number of busy processes. `prepare` passes a workload's data to both sides and returns its title. */
export async function compareThreads(names, busy, programs, seconds, prepare, say) {
  const rows = [];
  for (const name of names) {
    const title = await prepare(name);
    for (const count of busy) {
      const { tapelab, pytorch } = await besideBusyProcesses(count, () => measureThreads(name, programs, seconds));
      rows.push({ name, title, busy: count, tapelab, pytorch });
      say(
        `${title.padEnd(34)} ${count} busy  tapelab ${show(tapelab[1])} ${show(tapelab[2])} (${gain(tapelab)})  pytorch ${show(pytorch[1])} ${show(pytorch[2])} (${gain(pytorch)})`,
      );
    }
  }
  return rows;
}

/** Writes the rows of `compareThreads` as a table to docs/performance.md. */
export function writeThreads(rows, blas) {
  const lines = rows.map(
    ({ title, busy, tapelab, pytorch }) =>
      `| ${title} | ${busy} | ${show(tapelab[1])} | ${show(tapelab[2])} | ${gain(tapelab)} | ${show(pytorch[1])} | ${show(pytorch[2])} | ${gain(pytorch)} |`,
  );
  writeSection(
    "Threads",
    `Medians with one thread and with two, measured alternately with \`npm run bench -- compute --busy ${[...new Set(rows.map((r) => r.busy))].join(",")} --write\`, ${blas === null ? "without a native BLAS" : "with a native BLAS"}, beside as many busy processes as the second column says, on a
machine with two processors. The gain is the time of one thread divided by that of two. The calling thread does not wait for threads that begin late or are
stopped by other processes: it does the remaining work, and works alone for a while.

| workload | busy processes | Tapelab, 1 thread | 2 threads | gain | PyTorch 2.13, 1 thread | 2 threads | gain |
|---|---|---|---|---|---|---|---|
${lines.join("\n")}
`,
  );
}
