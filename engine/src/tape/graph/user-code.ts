/**
 * The boundary between the engine and the functions of the program that it calls while a backward walk owns tensors: hooks, gradient rules,
 * listeners, and functions that are run again for what they save.
 */
import { expose, recordTemporaries } from "../../tensor/storage/memory.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * Runs user code with normal tensor lifetimes. `visible` lists the tensors that the code can reach: they are published, so that the walk neither frees
 * them nor adds into them. What the code makes, and so what it returns, is never the walk's own either.
 */
export function runUserCode<T>(visible: readonly (Tensor | null)[], body: () => T): T {
  for (const t of visible) if (t !== null) expose(t.storage);
  const before = recordTemporaries(null);
  try {
    return body();
  } finally {
    recordTemporaries(before);
  }
}
