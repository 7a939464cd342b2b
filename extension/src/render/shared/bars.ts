/** Thin bars and dots, which show numbers of a column on one scale. */
import { formatNorm, formatShare, type Num, normPosition } from "tapelab/view";
import { h } from "../../dom.js";

const measure = (...children: readonly HTMLElement[]): HTMLElement =>
  h("span", { class: "tapelab-measure" }, ...children);

const bar = (share: number, classes: string): HTMLElement =>
  h(
    "span",
    { class: `tapelab-bar ${classes}`, "aria-hidden": "true" },
    h("span", { class: "tapelab-bar-fill", style: `width: ${Math.round(share * 1000) / 10}%` }),
  );

/** Draws a norm as a bar on a logarithmic scale from 1e-8 to 1e2, and in digits. */
export const normBar = (norm: Num, alarm: boolean): HTMLElement =>
  measure(
    bar(normPosition(norm), alarm ? "tapelab-backward tapelab-alarming" : "tapelab-backward"),
    h("span", { class: alarm ? "tapelab-number tapelab-alarm" : "tapelab-number" }, formatNorm(norm)),
  );

/** Draws a share of a whole as a bar, and in per cent. */
export const shareBar = (part: number, whole: number, alarm: boolean): HTMLElement =>
  measure(
    bar(whole === 0 ? 0 : part / whole, `tapelab-short ${alarm ? "tapelab-alarming" : "tapelab-quiet"}`),
    h("span", { class: "tapelab-faint" }, formatShare(part, whole)),
  );

/** Draws a dotted line in the place of a bar, and the reason why there is no number. */
export const absentBar = (reason: string): HTMLElement =>
  measure(h("span", { class: "tapelab-dotted", "aria-hidden": "true" }), h("span", { class: "tapelab-faint" }, reason));

/** Draws a ratio as a dot on a logarithmic scale from 1e-6 to 1, with a mark at 1e-3, near which updates usually lie. */
export function ratioDot(ratio: Num): HTMLElement {
  const v = Number(ratio);
  const position = v > 0 ? Math.min(Math.max((Math.log10(v) + 6) / 6, 0), 1) : 0;
  return measure(
    h(
      "span",
      { class: "tapelab-dotline", "aria-hidden": "true" },
      h("span", { class: "tapelab-dot", style: `left: ${Math.round(position * 100)}%` }),
    ),
    h("span", { class: "tapelab-faint" }, formatNorm(ratio)),
  );
}
