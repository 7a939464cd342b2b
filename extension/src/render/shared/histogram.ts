/** Histograms. */
import { formatNumber, histogramHeights, type Summary } from "tapelab/view";
import { h, s } from "../../dom.js";

/** Direction of the data, which decides the colour: values flow forward, gradients backward. */
type Kind = "forward" | "backward";

/** Draws the bars, stretched to the box. A bin that is not empty is at least a pixel tall. */
function drawBars(summary: Summary, height: number, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const heights = histogramHeights(summary.histogram);
  const viewBox = `0 0 ${heights.length} ${height}`;
  const bars = heights.map((share, i) => {
    const tall = Math.max(share * (height - 1), share > 0 ? 1 : 0.4);
    return `M${i + 0.07} ${height}v${-tall}h.86v${tall}z`;
  });
  return s("svg", { height, viewBox, preserveAspectRatio: "none", ...attributes }, s("path", { d: bars.join("") }));
}

/** Draws a small histogram for a cell of a table. */
export const sparkHistogram = (summary: Summary, kind: Kind): SVGElement =>
  drawBars(summary, 16, { class: `tapelab-spark tapelab-${kind}`, width: 60, "aria-hidden": "true" });

/** Draws a histogram for a line of text, between its ends. */
export function inlineHistogram(summary: Summary): HTMLElement {
  const [min, max] = [formatNumber(summary.min), formatNumber(summary.max)];
  const label = `histogram of ${summary.count} elements from ${min} to ${max}, ${summary.zeros} of them 0`;
  const svg = drawBars(summary, 18, {
    class: "tapelab-spark tapelab-forward",
    width: 96,
    role: "img",
    "aria-label": label,
  });
  return h("span", { class: "tapelab-scale", title: label }, min, svg, max);
}

/** Draws a large histogram above its ends and its caption. */
export function histogram(summary: Summary, kind: Kind, label: string): HTMLElement {
  const svg = drawBars(summary, 64, {
    class: `tapelab-histogram tapelab-${kind}`,
    width: 150,
    role: "img",
    "aria-label": `${label}: histogram from ${formatNumber(summary.min)} to ${formatNumber(summary.max)}`,
  });
  const ends = h(
    "div",
    { class: "tapelab-ends" },
    h("span", {}, formatNumber(summary.min)),
    h("span", {}, formatNumber(summary.max)),
  );
  return h("figure", { class: "tapelab-figure" }, svg, ends, h("div", { class: "tapelab-caption" }, label));
}
