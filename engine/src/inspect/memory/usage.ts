/** The memory of tensors by its holders, and its change since an earlier report. */
import type { MemoryData, MemoryRow } from "../../protocol/index.ts";
import { liveStorages, memoryState } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { formatBytes } from "../../view/shared/format.ts";
import type { Variables } from "../shared/naming.ts";
import { MemoryReport } from "./report.ts";
import { groupRows, type Held, limitRows, scopesOf } from "./rows.ts";
import { findHolders, type Holder } from "./walk.ts";

/** The holders of a storage that account for it: a graph or a view only where nothing else does. */
function accountingHolder(holders: readonly Holder[]): Holder {
  const indirect = new Set(["graph", "view", "closure"]);
  return holders.find((h) => !indirect.has(h.kind)) ?? holders.find((h) => h.kind !== "view") ?? holders[0];
}

const unknownHolder = (storage: Storage): Holder => ({
  kind: "unknown",
  path: storage.createdBy ?? "the program",
  scope: null,
  site: null,
});

/** Returns all groups of live storages. */
function measure(roots: Variables): {
  readonly rows: readonly MemoryRow[];
  readonly held: readonly Held[];
  readonly sharedBytes: number;
} {
  const holders = findHolders(roots);
  const { storages, sharedBytes } = liveStorages();
  const held = storages.map((storage): Held => {
    const found = holders.get(storage) ?? [];
    return { storage, holder: found.length === 0 ? unknownHolder(storage) : accountingHolder(found) };
  });
  return { rows: groupRows(held), held, sharedBytes };
}

const bytesOf = (rows: readonly MemoryRow[]): number => rows.reduce((sum, row) => sum + row.bytes, 0);

/**
 * Returns which variables, modules, optimizers, closures and graphs hold the memory of tensors, with their bytes. It is found by walking from the variables of the
 * notebook, or from `roots`, variables by name, elsewhere; private fields and captured variables are read by Node's inspector. A tensor that a variable and a graph
 * refer to counts for the variable. What no way leads to is `unknown`, by the op that made it: it is referred to by code that runs, or by other parts of the program. Tensors of at most 4
 * kB share blocks, and are counted together. Collects garbage first.
 * @example
 * const kept = [ones([100, 100]), ones([100, 100])];
 * const { rows } = inspect.memory.usage({ kept }).data;
 * rows.find((row) => row.holder === "kept[…]")?.count; // 2
 */
export function usage(roots: Variables = {}): MemoryReport {
  const { rows, held, sharedBytes } = measure(roots);
  const graphs = held.filter(({ holder: { kind } }) => kind === "graph" || kind === "view");
  const parts = graphs.map(({ storage, holder: { scope, path } }) => ({
    scope,
    last: path.slice(path.lastIndexOf(" ") + 1),
    bytes: storage.bytes,
  }));
  const { reached } = memoryState();
  const data: MemoryData = {
    schema: 1,
    title: `${formatBytes(bytesOf(rows) + sharedBytes)} in tensors`,
    facts: [
      `${held.length} of more than 4 kB`,
      ...(sharedBytes > 0 ? [`${formatBytes(sharedBytes)} in small ones`] : []),
      `largest so far ${formatBytes(reached)}`,
    ],
    ...limitRows(rows),
    scopes: scopesOf("kept by graphs", parts),
  };
  return new MemoryReport(data, rows);
}

/**
 * Compares two reports of `memory.usage`, or one with now: which groups of tensors have grown or shrunk, the largest change first.
 * @example
 * const list: Tensor[] = [];
 * const before = inspect.memory.usage({ list });
 * list.push(ones([2000]));
 * const { rows } = inspect.memory.compare(before, inspect.memory.usage({ list })).data;
 * rows.find((row) => row.kind === "variable")?.change; // 8000
 */
export function compare(before: MemoryReport, after: MemoryReport = usage()): MemoryReport {
  const key = ({ kind, holder }: MemoryRow): string => `${kind} ${holder.replaceAll(/\[\d+\]/g, "[…]")}`;
  const old = new Map(before.allRows.map((row) => [key(row), row]));
  const now = new Map(after.allRows.map((row) => [key(row), row]));
  const rows = [...new Set([...old.keys(), ...now.keys()])]
    .map((k): MemoryRow => {
      const [a, b] = [old.get(k), now.get(k)];
      const row = (b ?? a) as MemoryRow;
      return { ...row, count: b?.count ?? 0, bytes: b?.bytes ?? 0, change: (b?.bytes ?? 0) - (a?.bytes ?? 0) };
    })
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0));
  const change = bytesOf(after.allRows) - bytesOf(before.allRows);
  const words = change === 0 ? "as much" : `${formatBytes(Math.abs(change))} ${change > 0 ? "more" : "less"}`;
  const facts = [`${formatBytes(bytesOf(before.allRows))} before, ${formatBytes(bytesOf(after.allRows))} after`];
  return new MemoryReport({ schema: 1, title: `${words} in tensors`, facts, ...limitRows(rows), scopes: null }, rows);
}

/**
 * Returns what keeps a tensor's elements alive: all ways to them that were found, the shortest first, and at most 16. Views share elements, so their holders count too.
 * @example
 * const x = ones([1000]);
 * const box = { list: [x.narrow(0, 0, 10)] };
 * inspect.memory.holders(x, { box }).data.rows.map((row) => row.holder); // ["box.list[0]", "box.list[0] (a view)"]
 */
export function holders(x: Tensor, roots: Variables = {}): MemoryReport {
  const found = findHolders(roots).get(x.storage) ?? [];
  const rows = found.flatMap((holder) => groupRows([{ storage: x.storage, holder }]));
  const title = `${found.length === 0 ? "No holder was found" : found.length === 1 ? "1 holder" : `${found.length} holders`} of a tensor [${x.shape.join(", ")}]`;
  const facts = [
    formatBytes(x.storage.bytes),
    `made by ${x.storage.createdBy ?? "the program"}`,
    ...(found.length === 0 ? ["it is referred to by code that runs, or from outside of the variables"] : []),
  ];
  return new MemoryReport({ schema: 1, title, facts, ...limitRows(rows), scopes: null }, rows);
}
