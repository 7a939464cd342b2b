/**
 * Tensors that stand for one example of a batch: shape and dtype are those of the example, and what is computed with them is computed for all examples
 * at once, by the batching rules of the ops.
 */
import { ambient } from "../platform/ambient.ts";
import type { NumericArray } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import { expose } from "../tensor/storage/memory.ts";
import { Storage } from "../tensor/storage/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor } from "../tensor/tensor.ts";

/** One vmap that is running: larger numbers are further in. */
export interface Level {
  readonly number: number;
  /** Examples. */
  readonly size: number;
}

/** What an example is part of. It has no elements of its own. */
export class BatchedStorage extends Storage {
  /** All examples, along a first dimension; itself perhaps an example at an outer level. */
  readonly value: Tensor;
  readonly level: Level;

  constructor(value: Tensor, level: Level) {
    super(value.dtype, 0, null);
    // a walk counts who holds this storage, not who holds the one behind it
    expose(value.storage);
    this.value = value;
    this.level = level;
  }

  override get array(): NumericArray {
    throw new GradError(
      "vmap",
      "the elements of one example cannot be looked at inside of vmap: item(), toArray(), printing and in-place changes need all of them; return the tensor, and look at it outside",
    );
  }

  override get isBatched(): boolean {
    return true;
  }

  override forDetached(): Storage {
    return new BatchedStorage(this.value.detach(), this.level);
  }

  override at(): number {
    return this.array[0];
  }
}

/** The batch that a tensor is an example of; `null` for an ordinary tensor. */
export const batchOf = (t: Tensor): BatchedStorage | null => (t.storage instanceof BatchedStorage ? t.storage : null);

/** An example of `value`, whose first dimension counts examples. */
export const batchedTensor = (value: Tensor, level: Level): Tensor =>
  new Tensor(new BatchedStorage(value, level), value.shape.slice(1));

const open = ambient(() => ({ levels: [] as Level[] }));

/** The levels that are running, outermost first. */
export const openLevels = (): readonly Level[] => open.levels;

let numbers = 0;

/** Runs `body` one level further in. */
export function withLevel<T>(size: number, body: (level: Level) => T): T {
  const level: Level = { number: ++numbers, size };
  const { levels } = open;
  levels.push(level);
  try {
    return body(level);
  } finally {
    levels.splice(levels.indexOf(level), 1);
  }
}

/** The innermost level that any of the tensors belongs to. */
export function innermost(inputs: readonly Tensor[]): Level | null {
  let found: Level | null = null;
  for (const x of inputs) {
    const level = batchOf(x)?.level ?? null;
    if (level !== null && (found === null || level.number > found.number)) found = level;
  }
  return found;
}

/** The elements, in a batch those of all examples: for checks that hold for all or fail. */
export function everyElement(t: Tensor): NumericArray {
  const b = batchOf(t);
  return b === null ? contiguousArray(t) : everyElement(b.value);
}
