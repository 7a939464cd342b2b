/** Groups of storages for the rows of reports. */
import type { MemoryData, MemoryRow, MemoryScope } from "../../protocol/index.ts";
import type { Scope } from "../../tape/graph/scope.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { lineOf } from "../shared/lines.ts";
import type { Holder } from "./walk.ts";

/** Rows of a report. */
export const maxRows = 60;

/** A storage, or its bytes alone, and the holder that accounts for it. */
export interface Held {
  readonly storage: Pick<Storage, "bytes">;
  readonly holder: Holder;
}

/** Replaces numbers in brackets, so that the elements of a list are one group. */
const patternOf = (path: string): string => path.replaceAll(/\[\d+\]/g, "[…]");

/** Groups storages by kind and way of their holders, the largest group first. */
export function groupRows(held: readonly Held[]): MemoryRow[] {
  const groups = new Map<string, { held: Held; count: number; bytes: number; paths: Set<string> }>();
  for (const each of held) {
    const { kind, path } = each.holder;
    const key = `${kind} ${patternOf(path)}`;
    const group = groups.get(key) ?? { held: each, count: 0, bytes: 0, paths: new Set() };
    group.count++;
    group.bytes += each.storage.bytes;
    group.paths.add(path);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(
      ({ held: { holder }, count, bytes, paths }): MemoryRow => ({
        kind: holder.kind,
        holder: paths.size === 1 ? holder.path : patternOf(holder.path),
        count,
        bytes,
        change: null,
        at: lineOf(holder.site),
      }),
    )
    .sort((a, b) => b.bytes - a.bytes);
}

/** Keeps the rows that fit. */
export function limitRows(rows: readonly MemoryRow[]): Pick<MemoryData, "rows" | "omitted"> {
  const rest = rows.slice(maxRows);
  return {
    rows: rows.slice(0, maxRows),
    omitted: { rows: rest.length, bytes: rest.reduce((sum, row) => sum + row.bytes, 0) },
  };
}

interface Tree {
  bytes: number;
  readonly parts: Map<string, Tree>;
}

const namesOf = (scope: Scope | null): string[] => (scope === null ? [] : [...namesOf(scope.parent), scope.name]);

/** Adds up bytes by scope; a last name, such as that of an op, is a part of the innermost scope. */
export function scopesOf(
  name: string,
  parts: Iterable<{ readonly scope: Scope | null; readonly last: string; readonly bytes: number }>,
): MemoryScope | null {
  const root: Tree = { bytes: 0, parts: new Map() };
  for (const { scope, last, bytes } of parts) {
    let at = root;
    at.bytes += bytes;
    for (const part of [...namesOf(scope), last]) {
      const next: Tree = at.parts.get(part) ?? { bytes: 0, parts: new Map() };
      at.parts.set(part, next);
      next.bytes += bytes;
      at = next;
    }
  }
  const encode = (title: string, tree: Tree): MemoryScope => ({
    name: title,
    bytes: tree.bytes,
    parts: [...tree.parts]
      .map(([key, part]) => encode(key, part))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, 40),
  });
  return root.bytes === 0 ? null : encode(name, root);
}
