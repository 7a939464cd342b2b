/** A comparison of tapes as plain semantic HTML, without styles and scripts. Signs and words say what differs. */
import type { DiffData } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import {
  baseSide,
  diffFacts,
  diffSiteWords,
  firstWords,
  gradientChange,
  gradientNormWords,
  leavesHeading,
  markSigns,
  mostImportant,
  rowName,
  rowScope,
  shapeWords,
  sideWords,
  skippedWords,
  valueChange,
  valueWords,
} from "./words.ts";

const maxRows = 100;

const cell = (text: string): string => element("td", {}, escapeText(text));

/** Returns the comparison as HTML. */
export function diffHtml(data: DiffData): string {
  const { sides } = data;
  const isPair = sides.length === 2;
  const heads = isPair
    ? ["", "op", "shape", "value", "gradient", "cell : line", ""]
    : ["", "op", "shape", ...sides.flatMap(({ name }) => [name, "gradient"]), "cell : line", ""];
  const { rows, skipped } = mostImportant(data, maxRows);
  const firstLeaf = rows.find((r) => data.rows.kind[r] !== "op");
  const lines = rows.flatMap((r, i) => [
    ...skippedLine(skipped[i], heads.length),
    ...(r === firstLeaf ? [headingLine(leavesHeading, heads.length)] : []),
    isPair ? pairRow(data, r) : wideRow(data, r),
  ]);
  return [
    element("p", {}, element("strong", {}, escapeText(diffFacts(data).join(", ")))),
    element("p", {}, sides.map((side, k) => escapeText(`${k === 0 ? "−" : "+"} ${sideWords(side)}`)).join("<br/>")),
    ...data.sentences.map((text) => element("p", {}, escapeText(text))),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, escapeText(text)))),
      ),
      element("tbody", {}, ...lines, ...skippedLine(skipped[rows.length], heads.length)),
    ),
  ].join("");
}

const skippedLine = ([count, changed]: readonly [number, number], columns: number): string[] =>
  count > 0 ? [element("tr", {}, element("td", { colspan: columns }, `… ${skippedWords(count, changed)}`))] : [];

const headingLine = (text: string, columns: number): string =>
  element("tr", {}, element("th", { scope: "colgroup", colspan: columns }, text));

/** Returns the head of a row: the op as removed or inserted text, or plain. */
function rowHead(data: DiffData, row: number, k: number): string {
  const mark = data.rows.mark[row];
  const name = escapeText(`${rowName(data, row)} ${rowScope(data, row, k)}`.trim());
  const marked = mark === "removed" ? element("del", {}, name) : mark === "added" ? element("ins", {}, name) : name;
  return element("th", { scope: "row" }, marked);
}

const notes = (data: DiffData, row: number): string =>
  [...data.rows.changes[row], firstWords(data, row)].filter((text) => text !== "").join(", ");

function pairRow(data: DiffData, row: number): string {
  const mark = data.rows.mark[row];
  const only = mark === "removed" || mark === "added";
  const k = mark === "removed" ? 0 : 1;
  return element(
    "tr",
    {},
    cell(markSigns[mark].trim()),
    rowHead(data, row, k),
    cell(shapeWords(data.sides[k], row)),
    cell(only ? valueWords(data, row, k) : valueChange(data, row, k)),
    cell(only ? gradientNormWords(data, row, k) : gradientChange(data, row, k)),
    cell(diffSiteWords(data, row, k)),
    cell(notes(data, row)),
  );
}

function wideRow(data: DiffData, row: number): string {
  const base = baseSide(data, row);
  const parts = data.sides.flatMap((side, k) => {
    if (side.label[row] === null) return [cell("–"), cell("")];
    const sign = (of: "value" | "gradient"): string =>
      side[of].state[row] === "different" || side[of].state[row] === "missing" ? "~ " : "";
    const gradient = gradientNormWords(data, row, k);
    return [
      cell(`${sign("value")}${valueWords(data, row, k)}`),
      cell(gradient === "" ? "" : `${sign("gradient")}${gradient}`),
    ];
  });
  return element(
    "tr",
    {},
    cell(markSigns[data.rows.mark[row]].trim()),
    rowHead(data, row, base),
    cell(shapeWords(data.sides[base], row)),
    ...parts,
    cell(diffSiteWords(data, row, base)),
    cell(notes(data, row)),
  );
}
