/** Everything as plain text, for terminals, graders and screen readers. */
import { type GradientsData, type Summary, summaryAt, type TapeData, type TensorData } from "../protocol/index.ts";
import {
  histogramHeights,
  showBytes,
  showCount,
  showNorm,
  showNumber,
  showShape,
  showShare,
  stateWords,
  summaryWords,
} from "./format.ts";
import { initiallyFolded, type Line, linesOf, shownRow } from "./rows.ts";

const maxRows = 40;
const maxFindings = 12;

/** Columns of equal width, ends trimmed. */
function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths = (rows[0] ?? []).map((_, c) => rows.reduce((most, r) => Math.max(most, r[c].length), 0));
  return rows.map((r) =>
    r
      .map((cell, c) => (right.has(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join("  ")
      .trimEnd(),
  );
}

const capped = (lines: readonly string[], most: number, what: string): string[] =>
  lines.length <= most ? [...lines] : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more ${what}`];

/** One sentence: what, how much, what is wrong. */
export function tapeHeadline(tape: TapeData): string {
  const { rows, parameters, parameterElements, savedBytes } = tape.totals;
  const findings =
    tape.totals.findings === 0 ? "" : `, ${tape.totals.findings} finding${tape.totals.findings === 1 ? "" : "s"}`;
  return `Tape of ${tape.title}: ${rows} ops, ${parameters} parameters (${showCount(parameterElements)} elements), ${showBytes(savedBytes)} saved${findings}`;
}

/** The words for a row's gradient. */
export function gradientWords(tape: TapeData, row: number): string {
  const summary = summaryAt(tape.rows.gradient, row);
  if (summary) return tape.rows.gradientState[row] === "zero" ? stateWords.zero : showNorm(summary.norm);
  return stateWords[tape.rows.gradientState[row]];
}

/** Cell and line as `[4] 2`. */
export function siteWords(tape: TapeData, row: number): string {
  const site = tape.rows.site[row];
  if (!site) return "";
  const count = tape.cells.count[site[0]];
  return count === null ? `${tape.cells.file[site[0]]}:${site[1]}` : `${count}:${site[1]}`;
}

/** Leaves that a line reads besides the rows above, each once. */
export function leavesOf(tape: TapeData, line: Line): number[] {
  const [from, to] = line.kind === "row" ? [line.row, line.row] : [line.first, line.last];
  const found = new Set<number>();
  for (let r = from; r <= to; r++) for (const input of tape.rows.inputs[r]) if (input < 0) found.add(-1 - input);
  // inside a folded scope, numbers and nameless constants are its own business
  return [...found].filter(
    (l) => line.kind === "row" || tape.leaves.kind[l] !== "constant" || /^[\p{L}_$]/u.test(tape.leaves.name[l]),
  );
}

/** Op name, or name of the scope. */
export const lineTitle = (tape: TapeData, line: Line): string =>
  line.kind === "row" ? tape.ops.name[tape.rows.op[line.row]] : tape.scopes.name[line.scope];

export function tapeText(tape: TapeData): string {
  const rows = linesOf(tape, initiallyFolded(tape)).map((line) => {
    const row = shownRow(line);
    const title = `${"  ".repeat(line.depth)}${line.kind === "scope" ? (line.folded ? "▸ " : "▾ ") : ""}${lineTitle(tape, line)}`;
    const scope = line.kind === "row" && line.only !== null ? ` ${line.only}` : "";
    const reads =
      row === null
        ? ""
        : leavesOf(tape, line)
            .map((l) => tape.leaves.name[l])
            .join(", ");
    const value = row === null ? null : summaryAt(tape.rows.value, row);
    return [
      title + scope,
      reads,
      row === null ? "" : showShape(tape.rows.shape[row]),
      value ? summaryWords(value) : "",
      row === null ? "" : gradientWords(tape, row),
      row === null ? "" : siteWords(tape, row),
    ];
  });
  const table = columns([["op", "also reads", "shape", "value", "gradient", "cell:line"], ...rows]);
  const findings = tape.findings.map((f) => `! row ${f.row + 1}: ${f.text}`);
  return [
    tapeHeadline(tape),
    "",
    ...capped(table, maxRows, "rows"),
    ...(findings.length > 0 ? ["", ...capped(findings, maxFindings, "findings")] : []),
  ].join("\n");
}

/** One sentence. */
export function gradientsHeadline({ tensors, totalNorm, omitted }: GradientsData): string {
  const n = tensors.name.length + omitted;
  return `Gradients of ${n} tensor${n === 1 ? "" : "s"}, total norm ${showNorm(totalNorm)}`;
}

export function gradientsText(g: GradientsData): string {
  const { name, shape, gradient, state, ratio } = g.tensors;
  const rows = name.map((n, i) => {
    const s = summaryAt(gradient, i);
    if (s === null) return [n, showShape(shape[i]), "", "", "", "", "", "", "", "", stateWords[state[i]]];
    return [
      n,
      showShape(shape[i]),
      showNorm(s.norm),
      showNumber(s.mean),
      showNumber(s.std),
      showNumber(s.min),
      showNumber(s.max),
      showShare(s.zeros, s.count),
      s.nan + s.inf === 0 ? "" : `${s.nan} NaN ${s.inf} inf`,
      showNorm(ratio[i]),
      stateWords[state[i]],
    ];
  });
  const head = ["tensor", "shape", "norm", "mean", "std", "min", "max", "zeros", "bad", "grad/weight", "state"];
  const used = head.map((_, c) => c < 2 || rows.some((r) => r[c] !== ""));
  const table = columns(
    [head, ...rows].map((r) => r.filter((_, c) => used[c])),
    new Set([2, 3, 4, 5, 6, 7]),
  );
  return [gradientsHeadline(g), "", ...capped(table, maxRows, "tensors")].join("\n");
}

const blocks = " ▁▂▃▄▅▆▇█";

/** A histogram in one line. */
export const sparkline = (digits: string): string =>
  histogramHeights(digits)
    .map((h) => blocks[Math.ceil(h * (blocks.length - 1))])
    .join("");

/** Returns facts of a tensor's gradient, as short texts. */
export function gradientFacts({ gradFn, requiresGrad, gradient }: TensorData): string[] {
  const made = gradFn !== null ? [`made by ${gradFn}`] : requiresGrad ? ["requires a gradient"] : [];
  return gradient === null || gradient === undefined ? made : [...made, `has a gradient, norm ${showNumber(gradient)}`];
}

/** The spread of the elements; of a bool, how many are true. */
export function spreadFacts({ dtype, summary: s }: TensorData): string[] {
  if (s.count < 2 || s.min === null) return [];
  if (dtype === "bool") return [`${s.count - s.zeros} true, ${s.zeros} false`];
  return [`μ ${showNumber(s.mean)}`, `σ ${showNumber(s.std)}`, `${showNumber(s.min)} … ${showNumber(s.max)}`];
}

/** NaN and infinities, where there are any. */
export const alarmWords = ({ nan, inf }: Summary): string =>
  [nan > 0 ? `${nan} NaN` : "", inf > 0 ? `${inf} inf` : ""].filter((text) => text !== "").join(", ");

/** One dense line of statistics. */
export function tensorHeadline(t: TensorData): string {
  const alarm = alarmWords(t.summary);
  return [
    `${t.name === null ? "" : `${t.name} `}${showShape(t.shape)} ${t.dtype}`,
    showBytes(t.bytes),
    ...spreadFacts(t),
    ...(alarm === "" ? [] : [`! ${alarm}`]),
    ...gradientFacts(t),
  ].join(" · ");
}

/** The least element, the bars of the histogram, the greatest element. Fewer than 16 elements have none. */
export const histogramWords = ({ count, min, max, histogram }: Summary): string =>
  count < 16 || min === null || min === max ? "" : `${showNumber(min)} |${sparkline(histogram)}| ${showNumber(max)}`;

/** The statistics, then the values as they print, then their distribution. */
export const tensorText = (t: TensorData, values: string): string =>
  [tensorHeadline(t), values, t.dtype === "bool" ? "" : histogramWords(t.summary)]
    .filter((line) => line !== "")
    .join("\n");
