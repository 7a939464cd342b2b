/** The list of ops, slowest ratio first, and its page in the docs. */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { engineInfo } from "../../../engine/dist/index.js";
import { docs } from "../compute/section.mjs";
import { median, quantile } from "../compute/timing.mjs";

const digits = (x, count) => (x >= 10 ** count ? String(Math.round(x)) : x.toPrecision(count));
export const show = (s) => (s < 1e-3 ? `${digits(s * 1e6, 3)} µs` : `${digits(s * 1e3, 3)} ms`);
const times = (x) => `${x >= 100 ? Math.round(x) : digits(x, 2)}x`;

/** Returns the 10th percentile of both libraries' times: other processes on the machine can only lengthen them. */
export function summaryOf({ tapelab, pytorch }) {
  return { tapelab: quantile(tapelab, 0.1), pytorch: quantile(pytorch, 0.1) };
}

const ratioOf = ({ tapelab, pytorch }) => pytorch / tapelab;
const ratiosOf = (row) => [row.forward, row.both].flatMap((t) => (t === undefined ? [] : [ratioOf(t)]));
const worst = (row) => Math.min(...ratiosOf(row));

const counts = (rows) => {
  const all = rows.flatMap(ratiosOf);
  const below = (bound) => all.filter((r) => r < bound).length;
  return all.length === 0
    ? "Nothing was measured."
    : `${rows.length} cases, ${all.length} ratios: median ${times(median(all))}, ${below(1)} below 1x, ${below(0.5)} below 0.5x, ${below(0.3)} below 0.3x.`;
};

const cells = (timing) =>
  timing === undefined ? ["", "", ""] : [show(timing.tapelab), show(timing.pytorch), times(ratioOf(timing))];

/** Returns the list as text. */
export function report(rows, left) {
  const sorted = rows.toSorted((a, b) => worst(a) - worst(b));
  const lines = sorted.map((row) => {
    const [f, b] = [cells(row.forward), cells(row.both)];
    return `${row.title.padEnd(30)} ${f.map((c) => c.padStart(9)).join(" ")}   ${b.map((c) => c.padStart(9)).join(" ")}   ${row.sizes}`;
  });
  const missing = left.map(({ title, reason }) => `not measured: ${title}: ${reason}`);
  return [...lines, ...missing, counts(rows)].join("\n");
}

/** Writes the list to docs/operators-speed.md. */
export function writeOps(rows, left) {
  const { blas, vectorBits } = engineInfo();
  const sorted = rows.toSorted((a, b) => worst(a) - worst(b));
  const lines = sorted.map(
    (row) => `| ${[row.title, row.sizes, ...cells(row.forward), ...cells(row.both)].join(" | ")} |`,
  );
  const missing = left.map(
    ({ title, reason }) => `| ${title} | ${reason.replaceAll("|", "\\|").replaceAll("\n", " ")} |`,
  );
  const text = `# Speed of the operators

Written by \`npm run bench -- ops --write\`: every operator beside PyTorch 2.13, one thread each, measured alternately in one run, on ${cpus()[0].model.trim()}, Node ${process.version}, ${blas === null ? "without a native BLAS" : "with a native BLAS"}, ${vectorBits}-bit vectors.
Times are 10th percentiles, in float32 where the title says nothing else. A ratio is PyTorch's time divided by Tapelab's; the smallest comes first. Shapes of results and the
mean magnitude of results and gradients were compared with PyTorch's before the timing. ${counts(rows)}

| operator | sizes | Tapelab | PyTorch | ratio | with gradients | PyTorch | ratio |
|---|---|---|---|---|---|---|---|
${lines.join("\n")}
${missing.length === 0 ? "" : `\n## Not measured\n\n| operator | reason |\n|---|---|\n${missing.join("\n")}\n`}`;
  writeFileSync(docs("operators-speed.md"), text);
}
