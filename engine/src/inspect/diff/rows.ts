/** Compares the rows of merged tapes: structure, values and gradients. */
import type { Difference, DiffMark, DiffState, LeafKind } from "../../protocol/index.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { elements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { LeafRecord, Step, TapeRecord } from "../shared/record.ts";
import { dtypeChanges, structureChanges } from "./changes.ts";
import { compare, largestOf, type Tolerance } from "./compare.ts";
import { baseOf, type Merged, type MergedRow } from "./merge.ts";

/** The comparison of a tensor with that of the first tape that has the row. */
export interface Compared {
  readonly state: DiffState;
  readonly difference: Difference | null;
}

/** A row in one tape. */
export interface RowPart {
  /** Index among the ops, or among the leaves, of the tape. */
  readonly index: number;
  readonly item: Step | LeafRecord;
  readonly value: Compared;
  readonly gradient: Compared;
}

/** A row of the table. */
export interface DiffRow {
  readonly kind: "op" | LeafKind;
  readonly name: string;
  readonly mark: DiffMark;
  readonly changes: readonly string[];
  /** The row in each tape; `null` where the tape does not have it. */
  readonly parts: readonly (RowPart | null)[];
  /** Index of the first tape that has the row. */
  readonly base: number;
}

const nothing: Readonly<Compared> = { state: "none", difference: null };

/** Compares the rows of tapes. */
export class RowComparison {
  readonly #tapes: readonly TapeRecord[];
  readonly #merged: Merged;
  readonly #tolerance: Partial<Tolerance>;
  /** The change of dtype that most ops of a tape have in common with the first tape. */
  readonly #usual: readonly (string | null)[];
  readonly #largest = new Map<Tensor, number>();

  constructor(tapes: readonly TapeRecord[], merged: Merged, tolerance: Partial<Tolerance>) {
    this.#tapes = tapes;
    this.#merged = merged;
    this.#tolerance = tolerance;
    this.#usual = tapes.map((_, k) => this.#usualChange(k));
  }

  /** Returns the rows of the ops and those of the leaves. */
  rows(): { readonly steps: DiffRow[]; readonly leaves: DiffRow[] } {
    return {
      steps: this.#merged.steps.map((row) => this.#row(row, (k, i) => this.#tapes[k].steps[i])),
      leaves: this.#merged.leaves.map((row) => this.#row(row, (k, i) => this.#tapes[k].leaves[i])),
    };
  }

  #row(row: MergedRow, itemOf: (tape: number, i: number) => Step | LeafRecord): DiffRow {
    const base = baseOf(row);
    const first = itemOf(base, row[base]);
    const changes = new Set<string>();
    const parts = row.map((i, k): RowPart | null => {
      if (i < 0) return null;
      const item = itemOf(k, i);
      if (k === base) return { index: i, item, value: nothing, gradient: nothing };
      for (const change of this.#changes(base, first, k, item)) changes.add(change);
      return {
        index: i,
        item,
        value: this.#compareValues(base, first, k, item),
        gradient: this.#compareGradients(first, k, item),
      };
    });
    return {
      kind: "op" in first ? "op" : first.kind,
      name: "op" in first ? first.op : leafName(parts, first.name),
      mark: this.#mark(row, parts, changes.size > 0),
      changes: [...changes],
      parts,
      base,
    };
  }

  #mark(row: MergedRow, parts: readonly (RowPart | null)[], isChanged: boolean): DiffMark {
    if (row.includes(-1)) return row.length > 2 ? "partial" : row[0] < 0 ? "added" : "removed";
    return isChanged || parts.some((p) => p !== null && (differs(p.value) || differs(p.gradient))) ? "changed" : "same";
  }

  #changes(base: number, first: Step | LeafRecord, k: number, item: Step | LeafRecord): string[] {
    const changes = [...structureChanges(first, item), ...dtypeChanges(first, item, this.#usual[k])];
    return "op" in first && "op" in item ? [...changes, ...this.#wiring(base, first, k, item)] : changes;
  }

  /** Returns the inputs that are read from another op or leaf, where both tapes have both: others follow from ops that were added or removed. */
  #wiring(base: number, first: Step, k: number, item: Step): string[] {
    const { stepRow, leafRow, steps, leaves } = this.#merged;
    const rowOf = (tape: number, input: number): MergedRow =>
      input >= 0 ? steps[stepRow[tape][input]] : leaves[leafRow[tape][-1 - input]];
    const nameOf = (tape: number, input: number): string =>
      input >= 0 ? this.#tapes[tape].steps[input].op : this.#tapes[tape].leaves[-1 - input].name;
    if (first.inputs.length !== item.inputs.length) return [`${first.inputs.length} → ${item.inputs.length} inputs`];
    return item.inputs.flatMap((input, p) => {
      const [before, after] = [rowOf(base, first.inputs[p]), rowOf(k, input)];
      if (before === after || before[k] < 0 || after[base] < 0) return [];
      const [was, is] = [nameOf(base, first.inputs[p]), nameOf(k, input)];
      return [was === is ? `input ${p + 1} is another ${is}` : `input ${p + 1} ${was} → ${is}`];
    });
  }

  #compareValues(base: number, first: Step | LeafRecord, k: number, item: Step | LeafRecord): Compared {
    return this.#compare(first.value, item.value, () =>
      "op" in item && "op" in first ? Math.max(this.#operands(base, first), this.#operands(k, item)) : 0,
    );
  }

  #compareGradients(first: Step | LeafRecord, k: number, item: Step | LeafRecord): Compared {
    const [a, b] = [first.gradient, item.gradient];
    if (a === null && b === null) return nothing;
    const other = a === null ? first.state : item.state;
    if (a === null || b === null)
      return { state: other === "notRetained" || other === "notRunYet" ? "unknown" : "missing", difference: null };
    return this.#compare(a, b, () => ("op" in item ? 0 : this.#upstream(k, item)));
  }

  #compare(a: Tensor | null, b: Tensor | null, operands: () => number): Compared {
    if (a === null || b === null) return { state: "unknown", difference: null };
    if (a === b) return { state: "equal", difference: null };
    if (a.shape.length !== b.shape.length || a.shape.some((n, i) => n !== b.shape[i]))
      return { state: "shape", difference: null };
    const { state, ...difference } = compare(a, b, { ...this.#tolerance, operands });
    return { state, difference: state === "different" || state === "rounding" ? difference : null };
  }

  /** Returns the magnitude at which the operands of an op can cancel: the largest element of the smaller operand, or of the only operand of a reduction. */
  #operands(tape: number, { inputs, shape }: Step): number {
    const { steps, leaves } = this.#tapes[tape];
    const items = inputs.map((i) => (i >= 0 ? steps[i] : leaves[-1 - i]));
    if (items.length === 1 && sizeOf(items[0].shape) <= sizeOf(shape)) return 0;
    return items.reduce((least, { value }) => Math.min(least, value === null ? 0 : this.#largestOf(value)), Infinity);
  }

  /** Returns the largest gradient of the ops that read a leaf, over which the leaf's gradient is summed. */
  #upstream(tape: number, leaf: LeafRecord): number {
    const { steps, leaves } = this.#tapes[tape];
    const readers = steps.filter(({ inputs }) => inputs.includes(-1 - leaves.indexOf(leaf)));
    return readers.reduce((most, { gradient }) => Math.max(most, gradient === null ? 0 : this.#largestOf(gradient)), 0);
  }

  #largestOf(t: Tensor): number {
    const known = this.#largest.get(t) ?? largestOf(elements(t));
    this.#largest.set(t, known);
    return known;
  }

  /** Returns the change of dtype that at least half of the rows of a tape have, as when a float32 run is compared with a float64 one. */
  #usualChange(k: number): string | null {
    const counts = new Map<string, number>();
    for (const row of this.#merged.steps) {
      const base = baseOf(row);
      if (row[k] < 0 || base === k) continue;
      const [change] = dtypeChanges(this.#tapes[base].steps[row[base]], this.#tapes[k].steps[row[k]], null);
      counts.set(change ?? "", (counts.get(change ?? "") ?? 0) + 1);
    }
    const [most] = [...counts].toSorted((a, b) => b[1] - a[1]);
    return most === undefined || most[0] === "" ? null : most[0];
  }
}

/** Returns the name of a leaf: that of the last tape in which it has one, as variables may hold other tensors by now. */
function leafName(parts: readonly (RowPart | null)[], first: string): string {
  const names = parts.flatMap((part) => (part !== null && !("op" in part.item) ? [part.item.name] : []));
  return names.findLast((name) => /^[\p{L}_$]/u.test(name)) ?? first;
}

/** Whether a comparison found a difference that counts. */
export const differs = ({ state }: Compared): boolean => state === "different" || state === "missing";
