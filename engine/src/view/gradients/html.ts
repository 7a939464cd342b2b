/** The table of gradients as plain semantic HTML. It has no styles and no scripts, so that every reader of notebooks shows it. */
import { decodeNumber, type GradientsData, type Summary, summaryAt } from "../../protocol/index.ts";
import { formatNorm, formatNumber, formatShape, formatShare } from "../shared/format.ts";
import { element, escapeText } from "../shared/markup.ts";
import { gradientsHeadline, statesWithReason } from "./text.ts";

const maxRows = 100;

const heads: readonly string[] = [
  "tensor",
  "shape",
  "norm",
  "mean",
  "std",
  "min",
  "max",
  "zeros",
  "NaN",
  "inf",
  "gradient / weight",
  "state",
];

const countText = (n: number): string => (n > 0 ? String(n) : "");

const isFinite = (s: Summary): boolean => s.nan + s.inf === 0 && decodeNumber(s.norm) !== Infinity;

/** Returns the cells of a tensor, in the order of the heads. */
function cellsOf(t: GradientsData["tensors"], i: number): string[] {
  const { name, shape, gradient, ratio } = t;
  const s = summaryAt(gradient, i);
  const facts =
    s === null
      ? new Array<string>(heads.length - 3).fill("")
      : [
          formatNorm(s.norm),
          formatNumber(s.mean),
          formatNumber(s.std),
          formatNumber(s.min),
          formatNumber(s.max),
          formatShare(s.zeros, s.count),
          countText(s.nan),
          countText(s.inf),
          ratio[i] === null ? "" : formatNorm(ratio[i]),
        ];
  const words = `${s === null || isFinite(s) ? "" : "not finite "}${statesWithReason(t, i)}`.trim();
  return [name[i], formatShape(shape[i]), ...facts, words];
}

/** Returns the table as HTML, without columns that are empty: they would make it too wide for a printed page. */
export function gradientsHtml(g: GradientsData): string {
  const { length } = g.tensors.name;
  const rows = Array.from({ length: Math.min(length, maxRows) }, (_, i) => cellsOf(g.tensors, i));
  const used = heads.map((_, c) => c < 3 || rows.some((row) => row[c] !== ""));
  const kept = (cells: readonly string[]): string[] => cells.filter((_, c) => used[c]);
  const head = kept(heads).map((text) => element("th", { scope: "col" }, escapeText(text)));
  const body = rows.map((row) => {
    const [name, ...cells] = kept(row);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, escapeText(name)),
      ...cells.map((text) => element("td", {}, escapeText(text))),
    );
  });
  const more = length + g.omitted - rows.length;
  return [
    element("p", {}, escapeText(gradientsHeadline(g))),
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)),
    more > 0 ? element("p", {}, `… and ${more} more`) : "",
  ].join("");
}
