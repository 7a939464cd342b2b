/** Short facts about a tensor, which text, pictures and extension share. */
import type { Summary, TensorData } from "../../protocol/index.ts";
import { formatBytes, formatNumber, formatShape, histogramHeights, nonFiniteWords } from "../shared/format.ts";

/** Returns how the tensor was recorded, and the norm of its gradient. */
export function gradientFacts({ gradFn, requiresGrad, gradient }: TensorData): string[] {
  const recorded = gradFn !== null ? [`made by ${gradFn}`] : requiresGrad ? ["requires a gradient"] : [];
  return gradient === null || gradient === undefined
    ? recorded
    : [...recorded, `has a gradient, norm ${formatNumber(gradient)}`];
}

/** Returns mean, deviation and extremes of the elements; of a bool tensor the numbers of true and false. */
export function spreadFacts({ dtype, summary: s }: TensorData): string[] {
  if (s.count < 2 || s.min === null) return [];
  if (dtype === "bool") return [`${s.count - s.zeros} true, ${s.zeros} false`];
  return [`μ ${formatNumber(s.mean)}`, `σ ${formatNumber(s.std)}`, `${formatNumber(s.min)} … ${formatNumber(s.max)}`];
}

/** Returns all facts of a tensor in one line. */
export function tensorHeadline(t: TensorData): string {
  const nonFinite = nonFiniteWords(t.summary);
  return [
    `${t.name === null ? "" : `${t.name} `}${formatShape(t.shape)} ${t.dtype}`,
    formatBytes(t.bytes),
    ...spreadFacts(t),
    ...(nonFinite === "" ? [] : [`! ${nonFinite}`]),
    ...gradientFacts(t),
  ].join(" · ");
}

const blocks = " ▁▂▃▄▅▆▇█";

/** Returns a histogram as a line of block characters. */
const sparkline = (digits: string): string =>
  histogramHeights(digits)
    .map((h) => blocks[Math.ceil(h * (blocks.length - 1))])
    .join("");

/** Returns `min |histogram| max`; empty for fewer than 16 elements, and for elements that are all equal. */
export const histogramWords = ({ count, min, max, histogram }: Summary): string =>
  count < 16 || min === null || min === max
    ? ""
    : `${formatNumber(min)} |${sparkline(histogram)}| ${formatNumber(max)}`;
