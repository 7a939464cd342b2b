/** Saved tensors hooks, which pack what ops save for backward, and copies of saved tensors that are about to be changed in place. */
import { ambient, during, restoring } from "../../platform/ambient.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "./algebra.ts";
import { withGradMode } from "./mode.ts";
import { runUserCode } from "./user-code.ts";

/** Packs a tensor that an op saves. Returns the function that unpacks it during backward. */
export type PackHook = (t: Tensor) => () => Tensor;

/** The innermost pack hook, and, inside `allowMutationOnSavedTensors`, the tensors that were saved of each storage. */
const current = ambient(() => ({ hook: null as PackHook | null, mutable: null as Map<Storage, Slot[]> | null }));

/** Returns the innermost pack hook; `null` if saved tensors are not packed. */
export const currentPackHook = (): PackHook | null => current.hook;

/** Runs `body` with a pack hook, or with none; an async body until its promise settles. */
export function withPackHook<T>(hook: PackHook | null, body: () => T): T {
  const before = current.hook;
  current.hook = hook;
  return during(body, () => {
    current.hook = before;
  });
}

/** A pair of hooks: `pack` is called when an op saves a tensor, `unpack` when backward reads it. */
export interface SavedTensorsHooks<P> {
  readonly pack: (t: Tensor) => P;
  readonly unpack: (packed: P) => Tensor;
}

/**
 * Runs `body` with hooks that pack the tensors that ops save for backward, and unpack them when backward reads them. Of nested pairs, the inner one is used.
 * The hooks are not recorded. Changes in place of a tensor that was packed are not detected.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const hooks = { pack: (t: Tensor) => t.toTypedArray(), unpack: (a: NumericArray) => tensor(a) };
 * const y = autograd.savedTensorsHooks(hooks, () => x.mul(x));
 * y.sum().backward();
 * x.grad!.toArray(); // [2, 4]
 */
export function savedTensorsHooks<P, T>({ pack, unpack }: SavedTensorsHooks<P>, body: () => T): T {
  return withPackHook((t) => {
    const { version } = t.storage;
    const packed = withPackHook(null, () => withGradMode(false, () => pack(t)));
    if (t.storage.version !== version)
      throw new GradError("savedTensorsHooks", "pack must not change in place the tensor that it is called with");
    return () => withPackHook(null, () => unpack(packed));
  }, body);
}

/** Runs `body` so that an op that has to save a tensor throws an error with the message. */
export function disableSavedTensorsHooks<T>(message: string, body: () => T): T {
  return withPackHook(() => {
    throw new GradError("savedTensorsHooks", message);
  }, body);
}

/** A saved tensor, and its copy once its storage was about to change. */
interface Slot {
  readonly tensor: Tensor;
  copy: Tensor | null;
}

/**
 * Runs `body`, in which saved tensors may be changed in place: they are copied before. Backward has to run inside of it too.
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
  if (current.mutable !== null) throw new GradError("allowMutationOnSavedTensors", "cannot be nested");
  const slots = new Map<Storage, Slot[]>();
  let isOver = false;
  current.mutable = slots;
  const hook: PackHook = (tensor) => {
    const slot: Slot = { tensor, copy: null };
    const ofStorage = slots.get(tensor.storage);
    if (ofStorage === undefined) slots.set(tensor.storage, [slot]);
    else ofStorage.push(slot);
    return () => {
      if (isOver)
        throw new GradError(
          "backward",
          "the graph was recorded inside allowMutationOnSavedTensors, and backward must run inside of it too",
        );
      return slot.copy ?? slot.tensor;
    };
  };
  const run = (): T =>
    during(
      () => withPackHook(hook, body),
      () => {
        current.mutable = null;
      },
    );
  return restoring(run, () => {
    isOver = true;
    slots.clear();
  });
}

/** Copies the saved tensors of a storage that is about to change, inside `allowMutationOnSavedTensors`. */
export function copySavedBeforeChange(storage: Storage): void {
  const slots = current.mutable?.get(storage);
  if (slots === undefined) return;
  current.mutable?.delete(storage);
  for (const slot of slots) {
    if (slot.copy !== null) continue;
    const { tensor } = slot;
    const copy = runUserCode([], () => withGradMode(false, () => useAlgebra().clone(tensor)));
    copy.source = tensor.source;
    slot.copy = copy;
  }
}
