/** Other ways to keep saved tensors than as they are: packed by hooks, or copied before they are changed. */
import { ambient, during, restoring } from "../../platform/ambient.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "./algebra.ts";
import { withGradMode } from "./mode.ts";
import { runUserCode } from "./user-code.ts";

/** Keeps a tensor that an op saves; what comes back gives it when backward asks. */
export type PackHook = (t: Tensor) => () => Tensor;

/** How tensors are kept now, and by storage those that are copied before they are changed. */
const current = ambient(() => ({ keeper: null as PackHook | null, mutation: null as Map<Storage, Slot[]> | null }));

/** How tensors are kept now; `null` where they are kept as they are. */
export const currentPackHook = (): PackHook | null => current.keeper;

/** Runs `body` with another way of keeping; an async body until its promise settles. */
export function withPackHook<T>(k: PackHook | null, body: () => T): T {
  const before = current.keeper;
  current.keeper = k;
  return during(body, () => {
    current.keeper = before;
  });
}

/** What becomes of saved tensors: `pack` when an op saves one, `unpack` when backward reads it. */
export interface SavedTensorsHooks<P> {
  readonly pack: (t: Tensor) => P;
  readonly unpack: (packed: P) => Tensor;
}

/**
 * Within `body`, what ops save for backward goes through `pack`, and comes back through `unpack`; of nested pairs the inner one counts. In-place
 * changes of what was packed are not noticed. Neither hook is recorded.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const kept = { pack: (t: Tensor) => t.toTypedArray(), unpack: (a: NumericArray) => tensor(a) };
 * const y = autograd.savedTensorsHooks(kept, () => x.mul(x));
 * y.sum().backward();
 * x.grad!.toArray(); // [2, 4]
 */
export function savedTensorsHooks<P, T>({ pack, unpack }: SavedTensorsHooks<P>, body: () => T): T {
  return withPackHook((t) => {
    const { version } = t.storage;
    const packed = withPackHook(null, () => withGradMode(false, () => pack(t)));
    if (t.storage.version !== version)
      throw new GradError("savedTensorsHooks", "pack must not change in place what it is given");
    return () => withPackHook(null, () => unpack(packed));
  }, body);
}

/** Within `body`, an op that has to save a tensor is an error with this message. */
export function disableSavedTensorsHooks<T>(message: string, body: () => T): T {
  return withPackHook(() => {
    throw new GradError("savedTensorsHooks", message);
  }, body);
}

/** A saved tensor, and its copy once it was about to change. */
interface Slot {
  readonly tensor: Tensor;
  copy: Tensor | null;
}

/**
 * Within `body`, a saved tensor may be changed in place: it is copied before. Backward has to run within it as well.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * autograd.allowMutationOnSavedTensors(() => {
 *   const a = x.mul(1);
 *   const y = a.mul(a);
 *   a.mul_(10);
 *   y.sum().backward();
 * });
 * x.grad!.toArray(); // [2, 4]
 */
export function allowMutationOnSavedTensors<T>(body: () => T): T {
  if (current.mutation !== null) throw new GradError("allowMutationOnSavedTensors", "cannot be nested");
  const slots = new Map<Storage, Slot[]>();
  let over = false;
  current.mutation = slots;
  const keep: PackHook = (tensor) => {
    const slot: Slot = { tensor, copy: null };
    const list = slots.get(tensor.storage);
    if (list === undefined) slots.set(tensor.storage, [slot]);
    else list.push(slot);
    return () => {
      if (over)
        throw new GradError(
          "backward",
          "the graph was recorded inside allowMutationOnSavedTensors, and backward must run inside of it too",
        );
      return slot.copy ?? slot.tensor;
    };
  };
  const allowed = (): T =>
    during(
      () => withPackHook(keep, body),
      () => {
        current.mutation = null;
      },
    );
  return restoring(allowed, () => {
    over = true;
    slots.clear();
  });
}

/** Copies what was saved of a storage that is about to change, where that is allowed. */
export function copySavedBeforeChange(storage: Storage): void {
  const slots = current.mutation?.get(storage);
  if (slots === undefined) return;
  current.mutation?.delete(storage);
  for (const slot of slots) {
    if (slot.copy !== null) continue;
    const { tensor } = slot;
    const copy = runUserCode([], () => withGradMode(false, () => useAlgebra().clone(tensor)));
    copy.source = tensor.source;
    slot.copy = copy;
  }
}
