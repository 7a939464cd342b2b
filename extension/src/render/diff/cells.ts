/** Draws how a value or a gradient differs between tapes. */
import {
  type DiffData,
  formatNumber,
  gradientChange,
  gradientNormWords,
  gradientsDiffer,
  normPosition,
  type Summary,
  summaryAt,
  valueChange,
  valueDistance,
  valueWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import { sparkHistogram } from "../shared/histogram.js";

type Content = Node | string;

/** Returns the statistics of a row in a tape, or in the first tape that has the row where both are equal. */
function summaryOf({ sides }: DiffData, row: number, k: number, of: "value" | "gradient"): Summary | null {
  const own = summaryAt(sides[k]?.[of].summary ?? emptySummaries, row);
  if (own !== null) return own;
  const base = sides.find((side) => side.label[row] !== null);
  return base === undefined ? null : summaryAt(base[of].summary, row);
}

const emptySummaries: DiffData["sides"][number]["value"]["summary"] = {
  count: [],
  min: [],
  max: [],
  mean: [],
  std: [],
  norm: [],
  zeros: [],
  nan: [],
  inf: [],
  histogram: [],
};

const faint = (text: string): HTMLElement => h("span", { class: "tapelab-faint" }, text);
const arrow = (): HTMLElement => h("span", { class: "tapelab-faint", "aria-hidden": "true" }, "→");

const spark = (summary: Summary | null): Content[] =>
  summary === null || summary.count < 2 || summary.min === null ? [] : [sparkHistogram(summary, "forward")];

/** Draws the value of a row in one tape. */
export function drawValue(data: DiffData, row: number, k: number): Content[] {
  const words = valueWords(data, row, k);
  if (words === "") return [faint(data.sides[k]?.label[row] === null ? "–" : "not kept")];
  const summary = summaryOf(data, row, k, "value");
  return [...spark(summary), h("span", { class: summary?.count === 1 ? "tapelab-number" : "" }, words)];
}

/** Draws how the value of a row differs in the second tape: two histograms, and the change in words. */
export function drawValueChange(data: DiffData, row: number): Content[] {
  const [words, state] = [valueChange(data, row, 1), data.sides[1]?.value.state[row]];
  if (state !== "different" && state !== "shape") return [faint(words)];
  const pictures = [spark(summaryOf(data, row, 0, "value")), spark(summaryOf(data, row, 1, "value"))] as const;
  const isPair = pictures[0].length > 0 && pictures[1].length > 0;
  if (!isPair) return [h("span", { class: "tapelab-number" }, words)];
  const distance = h("span", { class: "tapelab-number", title: words }, valueDistance(data, row, 1));
  return [...pictures[0], arrow(), ...pictures[1], distance];
}

/** Draws a norm as a thin bar on a logarithmic scale from 1e-8 to 1e2. */
function bar(summary: Summary | null, classes: string): HTMLElement {
  const share = summary === null ? 0 : normPosition(summary.norm);
  return h(
    "span",
    { class: `tapelab-bar ${classes}` },
    h("span", { class: "tapelab-bar-fill", style: `width: ${Math.round(share * 1000) / 10}%` }),
  );
}

/** Draws the norm of a row's gradient in one tape. */
export function drawGradient(data: DiffData, row: number, k: number): Content[] {
  const words = gradientNormWords(data, row, k);
  if (words === "") return [];
  const summary = data.sides[k]?.gradientState[row] === "computed" ? summaryOf(data, row, k, "gradient") : null;
  return summary === null
    ? [faint(words)]
    : [bar(summary, "tapelab-backward"), h("span", { class: "tapelab-number" }, words)];
}

/** Draws how the gradient of a row differs in the second tape: two bars one above the other, and the change in words. */
export function drawGradientChange(data: DiffData, row: number): Content[] {
  const words = gradientChange(data, row, 1);
  if (!gradientsDiffer(data, row)) return [faint(words)];
  const bars = h(
    "span",
    { class: "tapelab-two-bars", "aria-hidden": "true" },
    bar(summaryOf(data, row, 0, "gradient"), "tapelab-quiet"),
    bar(
      data.sides[1]?.gradientState[row] === "computed" ? summaryOf(data, row, 1, "gradient") : null,
      "tapelab-backward",
    ),
  );
  return [bars, h("span", { class: "tapelab-number" }, words)];
}

/** Returns the largest difference of a row in words, for its details. */
export function worstWords(data: DiffData, row: number, k: number, of: "value" | "gradient"): string {
  const d = data.sides[k]?.[of].difference[row] ?? null;
  if (d === null) return "";
  const at = d.at.length === 0 ? "" : ` at [${d.at.join(", ")}]`;
  return `${of}: largest difference ${formatNumber(d.largest)}; worst element${at} ${formatNumber(d.values[0])} → ${formatNumber(d.values[1])}`;
}
