/** Restoring the engine's state after a program was terminated. */
import { resetAmbient } from "../../platform/ambient.ts";
import { reclaim } from "../../tensor/storage/memory.ts";
import { withdrawJob } from "../threads/jobs.ts";

/**
 * Resets the engine after the runtime has terminated a program, in which no `finally` ran. Recording is on again, and no mode, scope, level or backward walk
 * is open. Parameters that `functionalCall` had replaced and tensors that a tape watched are restored, and memory that a walk or a kernel had allocated is
 * freed. Settings stay: hooks, the number of threads, the seed, `setDetectAnomaly`. `recover` can itself be terminated, and called again.
 */
export function recover(): void {
  withdrawJob();
  resetAmbient();
  reclaim();
}
