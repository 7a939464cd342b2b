/** How many threads share large work. */
import { hardwareThreads, threadsWanted } from "../../platform/threads.ts";
import { ArgumentError } from "../../tensor/errors.ts";

/** More threads than this have too little to do each. */
export const mostThreads = 16;

let wanted: number | null = null;

/** How many threads share large work, this one included: by default as many as the machine has, at most 16, or what `TAPELAB_THREADS` says. */
export function getNumThreads(): number {
  wanted ??= Math.min(threadsWanted() ?? hardwareThreads(), mostThreads);
  return wanted;
}

/**
 * Sets how many threads share large work; 1 turns sharing off. Results do not depend on it.
 * @throws ArgumentError for anything but an integer of at least 1.
 * @example
 * setNumThreads(1);
 * getNumThreads(); // 1
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new ArgumentError("setNumThreads", `expected an integer of at least 1, but got ${count}`);
  wanted = Math.min(count, mostThreads);
}
