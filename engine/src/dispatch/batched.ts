/**
 * Batched tensors: inside `vmap`, a tensor hides its batch dimension. Its shape is that of one member of the batch, and ops compute all members at once, by
 * their batching rules.
 */
import { ambient, during } from "../platform/ambient.ts";
import type { NumericArray } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import { expose } from "../tensor/storage/memory.ts";
import { Storage } from "../tensor/storage/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor } from "../tensor/tensor.ts";

/** The level of one `vmap` that runs. Levels of inner calls have larger numbers. */
export interface Level {
  readonly number: number;
  /** The size of the batch dimension. */
  readonly size: number;
}

/** The storage of a batched tensor. It has no elements of its own, but refers to the tensor with the batch dimension. */
export class BatchedStorage extends Storage {
  /** The tensor with the batch dimension first. It may be batched itself, at an outer level. */
  readonly value: Tensor;
  readonly level: Level;

  constructor(value: Tensor, level: Level) {
    super(value.dtype, 0, null);
    // a walk counts the cotangents in this storage, not those in the storage of the value
    expose(value.storage);
    this.value = value;
    this.level = level;
  }

  override get array(): NumericArray {
    throw new GradError(
      "vmap",
      "the elements of a batched tensor cannot be read inside vmap: item(), toArray() and printing would need them one batch member at a time; return the tensor, and read it outside",
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

/** Returns the storage of a batched tensor; `null` for any other tensor. */
export const batchOf = (t: Tensor): BatchedStorage | null => (t.storage instanceof BatchedStorage ? t.storage : null);

/** Returns the batched tensor that hides the first dimension of `value`. */
export const batchedTensor = (value: Tensor, level: Level): Tensor =>
  new Tensor(new BatchedStorage(value, level), value.shape.slice(1), null, 0, null, value.dtype);

const open = ambient(() => ({ levels: [] as Level[] }));

/** Returns the levels that run, outermost first. */
export const openLevels = (): readonly Level[] => open.levels;

let numbers = 0;

/** Runs `body` at a new innermost level. */
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

/**
 * Runs `body` with the levels open, also those that have ended: for rules that were recorded at them, and run later. Levels that were opened since stay open, as
 * the inner ones.
 */
export function withinLevels<T>(levels: readonly Level[], body: () => T): T {
  const before = open.levels;
  open.levels = [...new Set([...levels, ...before])].sort((a, b) => a.number - b.number);
  try {
    return body();
  } finally {
    open.levels = before;
  }
}

/** The level that stands for a dry run; no tensor is batched at it. */
const dryRun: Level = { number: -1, size: 0 };

/** Whether ops only compute the shapes and dtypes of their results. */
export const isDryRun = (): boolean => open.levels.includes(dryRun);

/**
 * Runs `body` with ops that compute shapes and dtypes alone: views are made, other results have one zero for all their elements, and nothing is recorded. Dispatch
 * looks for it where it looks for levels of `vmap`, so that it costs nothing outside. `body` must not change tensors in place.
 */
export function withDryRun<T>(body: () => T): T {
  const { levels } = open;
  levels.push(dryRun);
  return during(body, () => void levels.splice(levels.lastIndexOf(dryRun), 1));
}

/** Returns the innermost level at which any of the tensors is batched; `null` if none is. */
export function innermostLevel(inputs: readonly Tensor[]): Level | null {
  let found: Level | null = null;
  for (const x of inputs) {
    const level = batchOf(x)?.level ?? null;
    if (level !== null && (found === null || level.number > found.number)) found = level;
  }
  return found;
}

/** Returns the elements of a tensor, for a batched one those of all members of the batch, such as for a check of indices. */
export function everyElement(t: Tensor): NumericArray {
  const b = batchOf(t);
  return b === null ? contiguousArray(t) : everyElement(b.value);
}

/** Whether a number among the elements of a tensor, or of all members of a batch, has a property. A loop: the method `some` of typed arrays takes ten times as long. */
export function anyElement(t: Tensor, property: (x: number) => boolean): boolean {
  const elements = everyElement(t);
  for (let i = 0; i < elements.length; i++) if (property(elements[i])) return true;
  return false;
}
