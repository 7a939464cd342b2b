/** The number of threads that share large work. */
import { hardwareThreads, threadsFromEnvironment } from "../../platform/threads.ts";
import { ArgumentError } from "../../tensor/errors.ts";

/** The most threads that share work; each of more would have too little to do. */
export const maxThreads = 16;

let wanted: number | null = null;

/** Returns how many threads share large work, the caller included: as many as the machine has processors, or `TAPELAB_THREADS` if set, but at most 16. */
export function getNumThreads(): number {
  wanted ??= Math.min(threadsFromEnvironment() ?? hardwareThreads(), maxThreads);
  return wanted;
}

/**
 * Sets how many threads share large work; 1 turns sharing off. Results do not depend on the number.
 * @throws ArgumentError for anything but an integer of at least 1.
 * @example
 * setNumThreads(1);
 * getNumThreads(); // 1
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new ArgumentError("setNumThreads", `expected an integer of at least 1, but got ${count}`);
  wanted = Math.min(count, maxThreads);
}
