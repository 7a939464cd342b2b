/**
 * The boundary between the engine and functions of the program that run during a backward walk: hooks, gradient rules, listeners' callbacks, and functions
 * that are recomputed for the tensors that they save.
 */
import { expose, recordTemporaries } from "../../tensor/storage/memory.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { withOps } from "./withheld.ts";

/**
 * Runs user code with normal tensor lifetimes. `visible` lists the tensors that the code can reach: they are exposed, so that the walk neither frees
 * them nor adds into them. The walk does not own the tensors that the code allocates either, nor those that it returns.
 */
export function runUserCode<T>(visible: readonly (Tensor | null)[], body: () => T): T {
  for (const t of visible) if (t !== null) expose(t.storage);
  const before = recordTemporaries(null);
  try {
    return withOps(false, body);
  } finally {
    recordTemporaries(before);
  }
}
