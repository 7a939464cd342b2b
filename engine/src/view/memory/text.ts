/** Reports on memory as plain text. */
import type { MemoryData, MemoryScope } from "../../protocol/index.ts";
import { formatBytes } from "../shared/format.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";
import { changeWords, hasChanges, holderWords, memoryHeadline, omittedRows, rowLine } from "./facts.ts";

/** Scopes below this share of the whole are left out of the text. */
const minShare = 0.02;

/** Returns a scope and its parts, each with its bytes and its share of the whole. */
function scopeLines(scope: MemoryScope, whole: number, depth = 0): string[][] {
  if (scope.bytes < minShare * whole) return [];
  const own = [
    `${"  ".repeat(depth)}${scope.name}`,
    formatBytes(scope.bytes),
    `${Math.round((100 * scope.bytes) / whole)} %`,
  ];
  return [own, ...scope.parts.flatMap((part) => scopeLines(part, whole, depth + 1))];
}

/** Returns the report as text. */
export function memoryText(data: MemoryData): string {
  const changes = hasChanges(data);
  const heads = [...(changes ? ["change"] : []), "bytes", "tensors", "held by", "", "line"];
  const rows = data.rows.map((row) => [
    ...(changes ? [changeWords(row.change ?? 0)] : []),
    formatBytes(row.bytes),
    String(row.count),
    holderWords[row.kind],
    row.holder,
    rowLine(row),
  ]);
  const right = new Set(changes ? [0, 1, 2] : [0, 1]);
  const table =
    rows.length === 0 ? [] : ["", ...limitLines(alignColumns([heads, ...rows], right), maxTextRows, "rows")];
  const rest = omittedRows(data);
  const scopes =
    data.scopes === null
      ? []
      : [
          "",
          ...limitLines(
            alignColumns(scopeLines(data.scopes, data.scopes.bytes), new Set([1, 2])),
            maxTextRows,
            "scopes",
          ),
        ];
  return [memoryHeadline(data), ...table, ...(rest === "" ? [] : [rest]), ...scopes].join("\n");
}
