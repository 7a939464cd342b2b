/** Draws a row of the table of gradients. */
import { formatNumber, formatShape, type GradientsData, type Summary, statesWithReason, summaryAt } from "tapelab/view";
import { h } from "../../dom.js";
import { absentBar, normBar, ratioDot, shareBar } from "../shared/bars.js";
import { sparkHistogram } from "../shared/histogram.js";

/** Share of zeros from which a gradient is called mostly 0, and the number of elements from which the share says something. */
const manyZeros = 0.9;
const minElements = 16;

/** Columns between the norm and the state. */
const statisticsColumns = 9;

const td = (...children: readonly (Node | string)[]): HTMLElement => h("td", {}, ...children);

const count = (n: number): HTMLElement => h("td", { class: n > 0 ? "tapelab-alarm" : "tapelab-faint" }, String(n));

const badge = (words: string, alarm: boolean): HTMLElement =>
  h("span", { class: words === "" ? "" : alarm ? "tapelab-badge tapelab-badge-alarm" : "tapelab-badge" }, words);

/** Draws the row of a tensor, in the order of the columns. */
export function drawRow({ tensors: t }: GradientsData, i: number): HTMLElement {
  const gradient = summaryAt(t.gradient, i);
  const state = t.state[i] ?? "computed";
  const isFinite = gradient === null || gradient.nan + gradient.inf === 0;
  const isMostlyZero =
    gradient !== null && gradient.count >= minElements && gradient.zeros / gradient.count >= manyZeros;
  const alarm = !isFinite || state === "zero" || state === "notReached" || isMostlyZero;
  const words = [
    isFinite ? "" : "not finite",
    statesWithReason(t, i),
    isMostlyZero && state !== "zero" ? "mostly 0" : "",
  ]
    .filter((text) => text !== "")
    .join(", ");
  const mark = h("span", { class: "tapelab-alarm tapelab-mark", "aria-hidden": "true" }, alarm ? "▲" : "");
  const name = t.name[i] ?? "";
  const statistics =
    gradient === null
      ? [td(absentBar("null")), ...Array.from({ length: statisticsColumns }, () => td())]
      : [
          td(state === "zero" ? absentBar("0") : normBar(gradient.norm, alarm)),
          ...drawStatistics(gradient, isMostlyZero),
          td(state === "zero" ? "" : drawRatio(t.ratio[i] ?? null)),
        ];
  return h(
    "tr",
    {},
    h("th", { scope: "row", class: "tapelab-code", title: name }, mark, name),
    h("td", { class: "tapelab-shape" }, formatShape(t.shape[i] ?? [])),
    ...statistics,
    td(badge(words, alarm)),
  );
}

const drawStatistics = (s: Summary, isMostlyZero: boolean): HTMLElement[] => [
  td(formatNumber(s.mean)),
  td(formatNumber(s.std)),
  td(formatNumber(s.min)),
  td(formatNumber(s.max)),
  td(shareBar(s.zeros, s.count, isMostlyZero)),
  count(s.nan),
  count(s.inf),
  td(sparkHistogram(s, "backward")),
];

const drawRatio = (ratio: GradientsData["tensors"]["ratio"][number]): Node | string =>
  ratio === null ? "" : ratioDot(ratio);
