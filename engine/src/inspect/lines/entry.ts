/** Numbers of the tensors that one place in the code has made. They keep no tensor alive. */
import { encodeNumber, type LineNote, type NumRange } from "../../protocol/index.ts";
import { isFinite } from "../../tape/watch/finite.ts";
import { encodingOf, isComplex, takesGradients } from "../../tensor/dtype.ts";
import { physicalOf } from "../../tensor/physical.ts";
import { contiguousArray, elements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { deadUnits } from "../causes/gradient/dead-units.ts";

/** Elements of tensors of which statistics are taken. */
const maxElements = 2_000_000;

/** A range of numbers, and the latest of them. */
class Range {
  #latest = Number.NaN;
  #min = Infinity;
  #max = -Infinity;

  get latest(): number {
    return this.#latest;
  }

  add(v: number): void {
    this.#latest = v;
    this.#min = Math.min(this.#min, v);
    this.#max = Math.max(this.#max, v);
  }

  encode(): NumRange {
    const [latest, min, max] = [this.#latest, this.#min, this.#max].map((v) => encodeNumber(v, 3));
    return { latest, min, max };
  }
}

/** Returns the norm of a gradient, inside `vmap` that of all members of the batch; `null` for one that is too large to be read. */
export function normOf(gradient: Tensor): number | null {
  const g = physicalOf(gradient);
  if (!takesGradients(g.dtype) || g.numel() > maxElements) return null;
  const x = encodingOf(g.dtype) !== null || isComplex(g.dtype) ? elements(g) : contiguousArray(g);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] ** 2;
  return Math.sqrt(sum);
}

/** A place in the code, by its position in the code that runs. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The tensors that one place has made. */
export class Entry {
  readonly position: Position;
  /** Number that orders the entries by the time of their last tensor. */
  order = 0;
  count = 0;
  #op = "";
  #shape: readonly number[] = [];
  #dtype = "float32";
  #value: number | null = null;
  #isBroken = false;
  #gradient: Range | null = null;
  #dead: Range | null = null;

  constructor(position: Position) {
    this.position = position;
  }

  /** Notes a tensor; with statistics, if there is time for them. */
  note(op: string, stops: string | undefined, y: Tensor, order: number, hasTime: boolean): void {
    this.order = order;
    this.count++;
    this.#op = op;
    this.#shape = y.shape;
    this.#dtype = y.dtype;
    const n = y.numel();
    const { isBatched } = y.storage;
    this.#value = n === 1 && !isBatched && !isComplex(y.dtype) ? elements(y)[0] : null;
    if (!hasTime || n > maxElements) return;
    this.#isBroken = !isFinite(y);
    if (stops !== "rectifier" || y.ndim < 2 || isBatched) return;
    const { dead, units } = deadUnits(y);
    // of a single example, about half of the units are closed
    if (units === 0 || n < 2 * units) return;
    this.#dead ??= new Range();
    this.#dead.add(dead / units);
  }

  /** The norm of the last gradient; `null` before one was noted. */
  get gradient(): number | null {
    return this.#gradient?.latest ?? null;
  }

  /** Notes the norm of the gradient that passed through the last tensor; `null` where it was not computed. */
  noteGradient(norm: number | null): void {
    if (norm === null) return;
    this.#gradient ??= new Range();
    this.#gradient.add(norm);
  }

  /** Encodes the note for a line of the source. */
  encode(line: number): LineNote {
    return {
      line,
      op: this.#op,
      shape: this.#shape,
      dtype: this.#dtype,
      count: this.count,
      value: this.#value === null ? null : encodeNumber(this.#value),
      broken: this.#isBroken,
      gradient: this.#gradient?.encode() ?? null,
      dead: this.#dead?.encode() ?? null,
    };
  }
}
