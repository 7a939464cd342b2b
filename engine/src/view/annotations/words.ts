/** The words of annotations of code lines. */
import { decodeNumber, type LineNote, type NumRange } from "../../protocol/index.ts";
import { formatNumber, formatShape } from "../shared/format.ts";

/** Share of dead units from which a line is an alarm. */
const manyDead = 0.5;
/** Norm of a gradient from which a line is an alarm. */
const largeNorm = 1e4;

const percent = (v: number): string => (v > 0 && v < 0.01 ? "< 1 %" : `${Math.round(100 * v)} %`);

/** Formats the norm of a gradient in two digits. */
function norm(v: number): string {
  const a = Math.abs(v);
  return a === 0 || (a >= 1e-3 && a < 1e4) ? String(Number(v.toPrecision(2))) : formatNumber(v);
}

/** Returns a number, with its range in brackets where it has one. */
function rangeWords({ latest, min, max }: NumRange, format: (v: number) => string): string {
  const [last, low, high] = [latest, min, max].map((v) => format(decodeNumber(v)));
  return low === high ? last : `${last} (${low} … ${high})`;
}

/** Returns the shape, or for a scalar the value, with the dtype unless it is the usual one. */
function whatWords({ shape, dtype, value }: LineNote): string {
  const what = shape.length === 0 && value !== null ? formatNumber(value) : formatShape(shape);
  return dtype === "float32" ? what : `${what} ${dtype}`;
}

/** Returns what the end of a line shows: shape, dtype, size of the gradient that passed, and dead units, as `[32, 128]  |g| 0.031  12 % dead`. */
export function noteWords(note: LineNote): string {
  const { gradient, dead, broken, count } = note;
  const deadShare = dead === null ? 0 : decodeNumber(dead.max);
  return [
    whatWords(note),
    gradient === null ? "" : `|g| ${rangeWords(gradient, norm)}`,
    dead === null || deadShare === 0 ? "" : `${rangeWords(dead, percent)} dead`,
    broken ? "not finite" : "",
    count > 1 ? `×${count}` : "",
  ]
    .filter((text) => text !== "")
    .join("  ");
}

/** Returns why a line is shown as an alarm; `null` if it is not. */
export function noteAlarm({ gradient, dead, broken }: LineNote): string | null {
  const g = gradient === null ? null : decodeNumber(gradient.latest);
  if (broken) return "the tensor has elements that are NaN or infinite";
  if (g !== null && !Number.isFinite(g)) return "the gradient has elements that are NaN or infinite";
  if (g === 0) return "the gradient is 0 everywhere, so that nothing before it learns from here";
  if (g !== null && g > largeNorm) return "the gradient is large";
  if (dead !== null && decodeNumber(dead.latest) >= manyDead)
    return `${percent(decodeNumber(dead.latest))} of the units are 0 for every example, and pass no gradient`;
  return null;
}

/** Returns the facts of a line for its tooltip. */
export function noteFacts(note: LineNote): string[] {
  const { op, shape, dtype, gradient, dead, count } = note;
  const alarm = noteAlarm(note);
  return [
    `${op === "" ? "tensor" : op} ${formatShape(shape)} ${dtype}`,
    ...(alarm === null ? [] : [`▲ ${alarm}`]),
    ...(gradient === null
      ? ["no gradient has passed"]
      : [`norm of the gradient that passed: ${rangeWords(gradient, formatNumber)}`]),
    ...(dead === null ? [] : [`units that are 0 for every example: ${rangeWords(dead, percent)}`]),
    ...(count > 1 ? [`made ${count.toLocaleString("en")} tensors; the latest, and in brackets the range`] : []),
  ];
}
