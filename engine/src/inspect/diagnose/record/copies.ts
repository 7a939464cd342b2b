/** Copies of weights and gradients. Those of a tensor that has not changed in between are one array. */
import type { Storage } from "../../../tensor/storage/storage.ts";
import { elements } from "../../../tensor/strided.ts";
import { peekGrad, type Tensor } from "../../../tensor/tensor.ts";

/** A copy, and the storage with the number of its changes when the copy was made. */
interface Copy {
  readonly tensor: Tensor;
  readonly storage: Storage;
  readonly version: number;
  readonly elements: Float64Array;
}

/** The last copies of some tensors. */
export class Copies {
  readonly #weights = new Map<Tensor, Copy>();
  /** The last copy of the gradient of each tensor. */
  readonly #gradients = new Map<Tensor, Copy>();

  /** Returns the elements of a tensor as they are now. */
  weights(t: Tensor): Float64Array {
    return this.#copy(this.#weights, t, t);
  }

  /** Returns the elements of a tensor's gradient as they are now; `null` without one. */
  gradient(t: Tensor): Float64Array | null {
    const g = t.accumulator?.rows ? t.grad : peekGrad(t);
    if (g !== null) return this.#copy(this.#gradients, t, g);
    this.#gradients.delete(t);
    return null;
  }

  #copy(known: Map<Tensor, Copy>, key: Tensor, t: Tensor): Float64Array {
    const { storage } = t;
    const last = known.get(key);
    // storages of inference tensors do not count their changes
    if (last?.tensor === t && last.storage === storage && last.version === storage.version && !storage.inference)
      return last.elements;
    const copy = elements(t);
    known.set(key, { tensor: t, storage, version: storage.version, elements: copy });
    return copy;
  }
}
