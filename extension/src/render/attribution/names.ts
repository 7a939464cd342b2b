/** Draws contributions of tokens and of features. */
import { type AttributionExample, decodeNumber, rankedScores, signedNumber } from "tapelab/view";
import { h } from "../../dom.js";
import { addTooltip, makeRoving } from "../shared/tooltip.js";

const strongest = 60;

/** Returns the colour of a score, mixed into a transparent background. */
const tint = (v: number, scale: number): string => {
  const percent = scale === 0 ? 0 : Math.round((Math.abs(v) / scale) * strongest);
  return `color-mix(in srgb, ${v > 0 ? "var(--tapelab-plus)" : "var(--tapelab-minus)"} ${percent}%, transparent)`;
};

/** Draws the tokens of a text in their order, tinted, underlined from below where they lower the output. */
export function drawTokens({ names, scores }: AttributionExample, scale: number): HTMLElement {
  const tokens = names.map((name, i) => {
    const v = decodeNumber(scores[i] ?? 0);
    const sign = v < 0 ? " tapelab-token-lowers" : "";
    const token = h("span", { class: `tapelab-token${sign}`, style: `background: ${tint(v, scale)}` }, name);
    return addTooltip(token, `${name}: ${signedNumber(v)}`);
  });
  makeRoving(tokens);
  return h("p", { class: "tapelab-tokens" }, ...tokens.flatMap((token) => [token, " "]));
}

/** Draws the features as a table with bars on both sides of zero, the strongest first. */
export function drawFeatures(example: AttributionExample, scale: number): HTMLElement {
  const rows = rankedScores(example).map(([name, v]) => {
    const width = scale === 0 ? 0 : (50 * Math.abs(v)) / scale;
    const bar = h("span", {
      class: `tapelab-contribution ${v < 0 ? "tapelab-contribution-lowers" : "tapelab-contribution-raises"}`,
      style: `width: ${width}%; ${v < 0 ? "right" : "left"}: 50%`,
    });
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      h("td", { class: "tapelab-contribution-value" }, signedNumber(v)),
      h("td", { class: "tapelab-contribution-cell", "aria-hidden": "true" }, bar),
    );
  });
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, "feature"),
    h("th", { scope: "col" }, "contribution"),
    h("td", { "aria-hidden": "true" }),
  );
  return h("table", { class: "tapelab-contributions" }, h("thead", {}, head), h("tbody", {}, ...rows));
}
