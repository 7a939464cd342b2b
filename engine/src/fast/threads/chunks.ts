/** Cutting work into chunks, by the time that it takes. */
import { maxChunks } from "../abi/jobs/header.ts";
import { getNumThreads } from "./count.ts";

/** Work of fewer nanoseconds is done by one thread: another one needs some microseconds to begin, and the caller some more to wait for it. */
const minSharedTime = 30_000;
/** Nanoseconds of a chunk: how long a thread that ends early may have to wait. */
const chunkTime = 20_000;

/** The number of chunks of a job, the number of threads that may share them, and the nanoseconds that the job takes one thread, estimated. */
export interface Chunks {
  readonly threads: number;
  readonly chunks: number;
  readonly nanoseconds: number;
}

/** Chunks of `size` items each; the last one may have fewer. */
export interface SizedChunks extends Chunks {
  readonly size: number;
}

/**
 * Cuts work on `items` items that take `nanoseconds` each into chunks of whole multiples of `step` items. The cut does not depend on the number of threads.
 */
export function cut(items: number, nanoseconds: number, step = 1): SizedChunks {
  const total = items * nanoseconds;
  const size = Math.ceil(Math.max(chunkTime / nanoseconds, items / maxChunks, 1) / step) * step;
  const chunks = Math.ceil(items / size);
  return { threads: chunks < 2 ? 1 : threadsFor(total), size, chunks, nanoseconds: total };
}

/** Returns how many threads may share work of so many nanoseconds. */
export const threadsFor = (nanoseconds: number): number => (nanoseconds < minSharedTime ? 1 : getNumThreads());
