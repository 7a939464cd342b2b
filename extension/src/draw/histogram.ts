/** Distributions as bars. */
import { histogramHeights, type Summary, showNumber } from "tapelab/view";
import { h, s } from "../dom.js";

/** A small one, for a table cell. */
export function sparkHistogram(summary: Summary, kind: "forward" | "backward"): SVGElement {
  const heights = histogramHeights(summary.histogram);
  const svg = s("svg", {
    class: `tapelab-spark tapelab-${kind}`,
    width: 60,
    height: 16,
    viewBox: `0 0 ${heights.length * 4} 16`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  heights.forEach((height, i) => {
    svg.append(
      s("rect", {
        x: i * 4 + 0.3,
        width: 3.2,
        y: 16 - Math.max(height * 15, height > 0 ? 1 : 0.4),
        height: Math.max(height * 15, height > 0 ? 1 : 0.4),
      }),
    );
  });
  return svg;
}

/** A large one, with its ends. */
export function histogram(summary: Summary, kind: "forward" | "backward", label: string): HTMLElement {
  const heights = histogramHeights(summary.histogram);
  const svg = s("svg", {
    class: `tapelab-histogram tapelab-${kind}`,
    width: 150,
    height: 64,
    viewBox: `0 0 ${heights.length * 10} 64`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `${label}: histogram from ${showNumber(summary.min)} to ${showNumber(summary.max)}`,
  });
  heights.forEach((height, i) =>
    svg.append(
      s("rect", {
        x: i * 10 + 0.6,
        width: 8.8,
        y: 63 - height * 60,
        height: Math.max(height * 60, height > 0 ? 1 : 0.5),
      }),
    ),
  );
  const ends = h(
    "div",
    { class: "tapelab-ends" },
    h("span", {}, showNumber(summary.min)),
    h("span", {}, showNumber(summary.max)),
  );
  return h("figure", { class: "tapelab-figure" }, svg, ends, h("div", { class: "tapelab-caption" }, label));
}
