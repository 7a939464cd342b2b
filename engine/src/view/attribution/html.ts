/** Attributions of texts and features as HTML: tinted words, or a table. The tints are half transparent, for light and dark pages. */
import { type AttributionData, type AttributionExample, decodeNumber } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { attributionHeadline, attributionScale, rankedScores, signedNumber } from "./facts.ts";

const maxRows = 40;
const strongestOpacity = 0.55;

/** Returns the background of a score: orange raises the output, blue lowers it. */
function tint(v: number, scale: number): string {
  if (!Number.isFinite(v)) return "background:#dc282859";
  const opacity = scale === 0 ? 0 : Math.round((Math.abs(v) / scale) * strongestOpacity * 255);
  return `background:#${v > 0 ? "dc6e1e" : "326ee6"}${opacity.toString(16).padStart(2, "0")}`;
}

/** Returns the tokens in their order; each has its score as a superscript, so that it reads without colours. */
function words({ names, scores }: AttributionExample, scale: number): string {
  const marked = names.map((name, i) => {
    const v = decodeNumber(scores[i]);
    const strong = Math.abs(v) >= scale / 4 ? element("sup", {}, escapeText(signedNumber(v))) : "";
    return element("span", { style: `${tint(v, scale)};padding:1px 2px` }, escapeText(name) + strong);
  });
  return element("p", {}, marked.join(" "));
}

/** Returns the features as a table, the strongest first. */
function featureTable(example: AttributionExample, scale: number): string {
  const ranked = rankedScores(example);
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "feature"),
    element("th", { scope: "col" }, "contribution"),
  );
  const body = ranked
    .slice(0, maxRows)
    .map(([name, v]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, escapeText(name)),
        element("td", { align: "right", style: tint(v, scale) }, escapeText(signedNumber(v))),
      ),
    );
  const rest = ranked.length > maxRows ? element("p", {}, `… and ${ranked.length - maxRows} more features`) : "";
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)) + rest;
}

/** Returns the texts or features with their contributions. */
export function attributionHtml(data: AttributionData): string {
  const parts = data.examples.map((example) => {
    const scale = attributionScale(example);
    const title = element("p", {}, element("b", {}, escapeText(example.title)));
    return title + (data.kind === "text" ? words(example, scale) : featureTable(example, scale));
  });
  return element("p", {}, element("code", {}, escapeText(attributionHeadline(data)))) + parts.join("");
}
