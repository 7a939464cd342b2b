/** A tensor's statistics as plain text. */
import type { Summary, TensorData } from "../../protocol/index.ts";
import { histogramHeights, showBytes, showNumber, showShape } from "../shared/format.ts";

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
