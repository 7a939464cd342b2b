/** A numeric check as HTML: the reasons of rows that do not agree, and a table. */
import type { NumericsData } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { numericCells, numericHeadline, numericHeads, rowSentences, worstWords } from "./words.ts";

const maxRows = 100;

/** Returns the headline, a list of the reasons, and the table. */
export function numericsHtml(data: NumericsData): string {
  const off = data.rows.filter((row) => row.state !== "right").slice(0, maxRows);
  const items = off.map((row) =>
    element(
      "li",
      {},
      element("b", {}, escapeText(`${row.op}${row.input === "" ? "" : `, gradient of ${row.input}`}`)),
      escapeText(`${worstWords(row) === "" ? "" : ` at ${worstWords(row)}`}. ${rowSentences(row).join(" ")}`),
    ),
  );
  const head = element(
    "tr",
    {},
    ...numericHeads.map((text) => element("th", { scope: "col" }, escapeText(text === "" ? "state" : text))),
  );
  const body = data.rows.slice(0, maxRows).map((row) => {
    const [sign, op, ...rest] = numericCells(row);
    return element(
      "tr",
      {},
      element("td", {}, escapeText(sign)),
      element("th", { scope: "row" }, escapeText(op)),
      ...rest.map((text) => element("td", {}, escapeText(text))),
    );
  });
  const left = data.totals.omitted + Math.max(0, data.rows.length - maxRows);
  return [
    element("p", {}, escapeText(numericHeadline(data))),
    items.length === 0 ? "" : element("ul", {}, ...items),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
    left === 0 ? "" : element("p", {}, `… and ${left} more rows`),
  ].join("");
}
