/** Snapshots of weights and gradients. Those of a tensor that has not changed in between are one. */
import type { Storage } from "../../../tensor/storage/storage.ts";
import { peekGrad, type Tensor } from "../../../tensor/tensor.ts";
import { Snapshot } from "./snapshot.ts";

/** A snapshot, and the storage with the number of its changes when the snapshot was taken. */
interface Copy {
  readonly tensor: Tensor;
  readonly storage: Storage;
  readonly version: number;
  readonly snapshot: Snapshot;
}

/** The last copies of some tensors. */
export class Copies {
  readonly #weights = new Map<Tensor, Copy>();
  /** The last copy of the gradient of each tensor. */
  readonly #gradients = new Map<Tensor, Copy>();

  /** Returns the elements of a tensor as they are now. */
  weights(t: Tensor): Snapshot {
    return this.#copy(this.#weights, t, t);
  }

  /** Returns the elements of a tensor's gradient as they are now; `null` without one. */
  gradient(t: Tensor): Snapshot | null {
    const g = t.accumulator?.rows ? t.grad : peekGrad(t);
    if (g !== null) return this.#copy(this.#gradients, t, g);
    this.#gradients.delete(t);
    return null;
  }

  #copy(known: Map<Tensor, Copy>, key: Tensor, t: Tensor): Snapshot {
    const { storage } = t;
    const last = known.get(key);
    // storages of inference tensors do not count their changes
    if (last?.tensor === t && last.storage === storage && last.version === storage.version && !storage.inference)
      return last.snapshot;
    const snapshot = new Snapshot(t);
    known.set(key, { tensor: t, storage, version: storage.version, snapshot });
    return snapshot;
  }
}
