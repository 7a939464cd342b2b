/** The JSON of reports on memory. */
import type { PlaceLine } from "./causes.ts";

/**
 * The holder of memory: a variable, a parameter or buffer of a module, a gradient, the state of an optimizer, a variable that a function has captured, a recorded
 * graph, the views of the notebook, or none that was found.
 */
export type HolderKind =
  | "variable"
  | "parameter"
  | "buffer"
  | "gradient"
  | "optimizer"
  | "closure"
  | "graph"
  | "view"
  | "unknown";

/** Storages with the same kind of holder. */
export interface MemoryRow {
  readonly kind: HolderKind;
  /** The way from a variable to the tensors, such as `losses[…] → mul`; for an unknown holder, the op that made them. */
  readonly holder: string;
  readonly count: number;
  readonly bytes: number;
  /** In a comparison: how many bytes more than before. */
  readonly change: number | null;
  /** For a graph: the line that called the op. */
  readonly at: PlaceLine | null;
}

/** Bytes by scope: the sum of all that is inside. */
export interface MemoryScope {
  readonly name: string;
  readonly bytes: number;
  readonly parts: readonly MemoryScope[];
}

/** A report on memory. */
export interface MemoryData {
  readonly schema: 1;
  readonly title: string;
  readonly facts: readonly string[];
  readonly rows: readonly MemoryRow[];
  /** Number of rows, with their bytes, that were left out. */
  readonly omitted: { readonly rows: number; readonly bytes: number };
  /** The memory by scopes; `null` if none is known. */
  readonly scopes: MemoryScope | null;
}
