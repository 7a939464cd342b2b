/** Iteration over batches, and the positions in them that checkpoints save. */
import type { SavedValue } from "../serialization/state.ts";
import type { Batch, Batches } from "./options.ts";

/** Batches that save and restore their position and their random state, as a `DataLoader` does. */
interface Stateful {
  stateDict(): SavedValue;
  loadStateDict(state: SavedValue): void;
}

type Step = IteratorResult<Batch, unknown>;

/** An iterator over batches, whose steps are promises only where the batches come asynchronously. */
export interface BatchIterator {
  next(): Step | Promise<Step>;
  return?(): unknown;
}

const isStateful = (batches: object): batches is Stateful =>
  typeof (batches as Partial<Stateful>).stateDict === "function" &&
  typeof (batches as Partial<Stateful>).loadStateDict === "function";

/** Returns an iterator over an epoch. */
export function iterate(batches: Batches): BatchIterator {
  const { [Symbol.asyncIterator]: asynchronous } = batches as Partial<AsyncIterable<Batch>>;
  const made = asynchronous?.call(batches) ?? (batches as Iterable<Batch>)[Symbol.iterator]();
  return made as BatchIterator;
}

/** Returns the state of batches; `null` for those that have none, which are taken from the start of an epoch. */
export const stateOfBatches = (batches: Batches | undefined): SavedValue =>
  batches !== undefined && isStateful(batches) ? batches.stateDict() : null;

/** Restores the state of batches; returns false if they have none. */
export function restoreBatches(batches: Batches | undefined, state: SavedValue): boolean {
  if (batches === undefined || state === null || !isStateful(batches)) return false;
  batches.loadStateDict(state);
  return true;
}

/** Returns the number of batches in an epoch; `null` where it is not known. */
export const lengthOf = ({ length }: Batches): number | null =>
  typeof length === "number" && Number.isInteger(length) ? length : null;
