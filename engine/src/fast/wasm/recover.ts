/** Order after a program was terminated. */
import { resetAmbient } from "../../platform/ambient.ts";
import { reclaim } from "../../tensor/storage/memory.ts";
import { withdrawJob } from "../threads/threads.ts";

/**
 * Resets the engine after the runtime has terminated what ran, where no `finally` was reached. All ambient state is as at the start: recording is on, no
 * mode, scope, level or walk is open. Parameters that `functionalCall` had replaced and tensors that a tape watched are as before, and memory that a walk
 * or a kernel held is free again. What the program set for good stays: hooks, the number of threads, the seed, `setDetectAnomaly`. It can itself be
 * terminated, and called again.
 */
export function recover(): void {
  withdrawJob();
  resetAmbient();
  reclaim();
}
