/** Thin marks on a shared scale. */
import { formatNorm, formatShare, type Num, normPosition } from "tapelab/view";
import { h } from "../../dom.js";

const bar = (share: number, classes: string): HTMLElement =>
  h(
    "span",
    { class: `tapelab-bar ${classes}`, "aria-hidden": "true" },
    h("span", { class: "tapelab-bar-fill", style: `width: ${Math.round(share * 1000) / 10}%` }),
  );

/** A norm on the logarithmic scale from 1e-8 to 1e2, and in digits. */
export function normBar(norm: Num, alarm: boolean): HTMLElement {
  return h(
    "span",
    { class: "tapelab-measure" },
    bar(normPosition(norm), alarm ? "tapelab-backward tapelab-alarming" : "tapelab-backward"),
    h("span", { class: alarm ? "tapelab-number tapelab-alarm" : "tapelab-number" }, formatNorm(norm)),
  );
}

/** A share of a whole. */
export function shareBar(part: number, whole: number, alarm: boolean): HTMLElement {
  return h(
    "span",
    { class: "tapelab-measure" },
    bar(whole === 0 ? 0 : part / whole, `tapelab-short ${alarm ? "tapelab-alarming" : "tapelab-quiet"}`),
    h("span", { class: "tapelab-faint" }, formatShare(part, whole)),
  );
}

/** No gradient: a dotted line and why. */
export const absent = (words: string): HTMLElement =>
  h(
    "span",
    { class: "tapelab-measure" },
    h("span", { class: "tapelab-dotted", "aria-hidden": "true" }),
    h("span", { class: "tapelab-faint" }, words),
  );

/** A ratio as a dot on the scale from 1e-6 to 1, with a mark at 1e-3, where updates usually lie. */
export function ratioDot(ratio: Num): HTMLElement {
  const v = Number(ratio);
  const place = v > 0 ? Math.min(Math.max((Math.log10(v) + 6) / 6, 0), 1) : 0;
  return h(
    "span",
    { class: "tapelab-measure" },
    h(
      "span",
      { class: "tapelab-dotline", "aria-hidden": "true" },
      h("span", { class: "tapelab-dot", style: `left: ${Math.round(place * 100)}%` }),
    ),
    h("span", { class: "tapelab-faint" }, formatNorm(ratio)),
  );
}
