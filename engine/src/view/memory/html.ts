/** Reports on memory as HTML: a table of holders, and a nested list of scopes. */
import type { MemoryData, MemoryScope } from "../../protocol/index.ts";
import { formatBytes } from "../shared/format.ts";
import { element, escapeText, leftAligned } from "../shared/markup.ts";
import { changeWords, hasChanges, holderWords, memoryHeadline, omittedRows, rowLine } from "./facts.ts";

/** Scopes below this share of the whole are left out. */
const minShare = 0.02;

const number = (text: string): string => element("td", { align: "right" }, escapeText(text));
const text = (words: string): string => element("td", leftAligned, escapeText(words));

function scopeList(scope: MemoryScope, whole: number): string {
  const parts = scope.parts.filter((part) => part.bytes >= minShare * whole);
  const own = `${escapeText(scope.name)}: ${formatBytes(scope.bytes)}, ${Math.round((100 * scope.bytes) / whole)} %`;
  return element(
    "li",
    {},
    own + (parts.length === 0 ? "" : element("ul", {}, ...parts.map((part) => scopeList(part, whole)))),
  );
}

/** Returns the report as a table. */
export function memoryHtml(data: MemoryData): string {
  const changes = hasChanges(data);
  const heads = [...(changes ? ["change"] : []), "bytes", "tensors", "held by", "way from a variable", "line"];
  const head = element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h)));
  const body = data.rows.map((row) =>
    element(
      "tr",
      {},
      ...(changes ? [number(changeWords(row.change ?? 0))] : []),
      number(formatBytes(row.bytes)),
      number(String(row.count)),
      text(holderWords[row.kind]),
      element("td", leftAligned, element("code", {}, escapeText(row.holder))),
      text(rowLine(row)),
    ),
  );
  const table =
    body.length === 0 ? "" : element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  const rest = omittedRows(data);
  const scopes = data.scopes === null ? "" : element("ul", {}, scopeList(data.scopes, data.scopes.bytes));
  return (
    element("p", {}, escapeText(memoryHeadline(data))) + table + (rest === "" ? "" : element("p", {}, rest)) + scopes
  );
}
