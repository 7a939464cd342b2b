/** Writes docs/performance.md and its plot from the results of a run. */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import * as vega from "vega";
import { compile } from "vega-lite";
import { engineInfo } from "../../../engine/dist/index.js";
import { importTimes } from "../import.mjs";
import { docs, writeSection } from "./section.mjs";

/** Returns a number with so many significant digits and no exponent. */
const digits = (x, count) => (x >= 10 ** count ? String(Math.round(x)) : x.toPrecision(count));
const show = (s) => (s < 1e-3 ? `${digits(s * 1e6, 3)} µs` : `${digits(s * 1e3, 3)} ms`);
const times = (result, side) => (result.sides[side] === undefined ? "" : show(result.sides[side].median));
/** Returns the time of a side divided by this library's. */
const ratio = (result, side) =>
  result.sides[side] === undefined ? "" : `${digits(result.sides[side].median / result.sides.tapelab.median, 2)}x`;

const megabytes = (n) => `${(n / 2 ** 20).toFixed(0)} MB`;
const memoryText = (name, { early, end, peak }) =>
  `${name} grew by ${megabytes(early)} in the first hundred, ${megabytes(end)} by the end, and ${megabytes(peak)} at most`;

/** Writes the table of medians and ratios. */
export function writeReport(results, { threads, memory }) {
  const { blas, vectorBits } = engineInfo();
  const { imported, first } = importTimes();
  const rows = results.map(
    (r) =>
      `| ${r.title} | ${times(r, "tapelab")} | ${times(r, "pytorch")} | ${ratio(r, "pytorch")} | ${times(r, "tfjs")} | ${ratio(r, "tfjs")} | ${times(r, "jax-js")} | ${ratio(r, "jax-js")} |`,
  );
  writeSection(
    "Speed",
    `Written by \`npm run bench -- compute --write\`: medians of interleaved runs, ${threads === 1 ? "one thread" : `${threads} threads`} each, on ${cpus()[0].model.trim()}, Node ${process.version}, ${blas === null ? "without a native BLAS" : "with a native BLAS"}, ${vectorBits}-bit vectors.
A ratio is the other library's time divided by Tapelab's. Losses and gradients were compared with PyTorch's before the timing. tfjs and
jax-js use their WebAssembly backends; jax-js compiles its training steps, which are plain gradient descent, and runs chains eagerly.

| workload | Tapelab | PyTorch 2.13 | ratio | tfjs 4.22 | ratio | jax-js 0.1 | ratio |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}

Resident memory over 10,000 steps of the MNIST MLP in one synchronous loop: ${memoryText("Tapelab", memory.tapelab)}; ${memoryText("PyTorch", memory.pytorch)}.

Importing Tapelab takes ${digits(imported, 2)} ms; the first result of an operator takes ${digits(first, 2)} ms more.

![How time grows with the number of ops, the size of tensors, the batch and the length of the tape](growth.svg)
`,
  );
}

/** Plots how time grows, with a panel for each quantity and logarithmic axes. */
export async function plotGrowth(growth, results) {
  const values = Object.entries(growth).flatMap(([what, names]) =>
    names.flatMap((name) =>
      Object.entries(results.find((r) => r.name === name)?.sides ?? {}).map(([side, { median }]) => ({
        what,
        side,
        size: Number(name.slice(name.lastIndexOf("-") + 1)),
        ms: 1000 * median,
      })),
    ),
  );
  const axis = { tickCount: 5, format: "~s", labelOverlap: true };
  const spec = {
    background: "white",
    data: { values },
    columns: 2,
    facet: { field: "what", type: "nominal", title: null, header: { labelFontSize: 12, labelFontWeight: 600 } },
    resolve: { scale: { x: "independent", y: "independent" } },
    config: { axis: { gridColor: "#eeeeee", domainColor: "#bbbbbb", tickColor: "#bbbbbb" }, view: { stroke: null } },
    spec: {
      width: 280,
      height: 190,
      mark: { type: "line", point: true, strokeWidth: 1.5 },
      encoding: {
        x: { field: "size", type: "quantitative", scale: { type: "log", nice: false }, title: null, axis },
        y: { field: "ms", type: "quantitative", scale: { type: "log" }, title: "ms", axis: { ...axis, format: "~g" } },
        color: {
          field: "side",
          type: "nominal",
          title: null,
          scale: {
            domain: ["tapelab", "pytorch", "tfjs", "jax-js"],
            range: ["#2563c4", "#c8591a", "#5f8f3a", "#8a5ab5"],
          },
        },
        strokeDash: { condition: { test: "datum.side === 'tapelab'", value: [] }, value: [4, 2] },
      },
    },
  };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none" });
  writeFileSync(docs("growth.svg"), await view.toSVG());
}
