/** The flow of values through a step: which op produced a tensor, and which ops read it. */
import type { Storage } from "../../../tensor/storage/storage.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Call, Overwrite, Step } from "./call.ts";
import { isArranging } from "./roles.ts";

/** An output of an op. */
export interface Source {
  readonly call: Call;
  readonly output: number;
}

/** The flow of values through the ops of one step. */
export class Flow {
  readonly #producers = new Map<Tensor, Source>();
  /** For tensors that were detached or changed in place: the op that last produced elements of the storage. */
  readonly #storages = new Map<Storage, Source>();
  readonly #consumers = new Map<Call, Call[]>();
  readonly #readers = new Map<Tensor, Call[]>();

  constructor({ calls, overwrites }: Pick<Step, "calls" | "overwrites">) {
    let changed = 0;
    for (const call of calls) {
      for (; changed < overwrites.length && overwrites[changed].at <= call.index; changed++)
        this.#overwrite(overwrites[changed]);
      for (const x of call.inputs) {
        const readers = this.#readers.get(x);
        if (readers === undefined) this.#readers.set(x, [call]);
        else readers.push(call);
        const source = this.producer(x);
        if (source === null) continue;
        const list = this.#consumers.get(source.call);
        if (list === undefined) this.#consumers.set(source.call, [call]);
        else list.push(call);
      }
      call.outputs.forEach((y, output) => {
        this.#producers.set(y, { call, output });
        // a view does not compute the elements of its storage
        if (!call.inputs.some((x) => x.storage === y.storage)) this.#storages.set(y.storage, { call, output });
      });
    }
  }

  #overwrite({ to, from }: Overwrite): void {
    const source = this.producer(from);
    if (source === null) return;
    this.#producers.set(to, source);
    this.#storages.set(to.storage, source);
  }

  /** Returns the op of the step that produced a tensor; `null` for data, parameters and tensors of earlier steps. */
  producer(t: Tensor): Source | null {
    return this.#producers.get(t) ?? this.#storages.get(t.storage) ?? null;
  }

  /** Returns the ops that read an output of the op. */
  consumers(call: Call): readonly Call[] {
    return this.#consumers.get(call) ?? [];
  }

  /** Returns the ops that read the very tensor. */
  readers(t: Tensor): readonly Call[] {
    return this.#readers.get(t) ?? [];
  }

  /** Returns the op that computed the values of a tensor, behind ops that only arrange them anew. */
  origin(t: Tensor): Call | null {
    let source = this.producer(t);
    while (source !== null && isArranging(source.call)) source = this.producer(source.call.inputs[0]);
    return source?.call ?? null;
  }

  /** Returns all ops on which the tensors depend, in order, recorded or not. */
  ancestors(roots: readonly Tensor[]): Call[] {
    const seen = new Set<Call>();
    const stack = [...roots];
    for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
      const source = this.producer(t);
      if (source === null || seen.has(source.call)) continue;
      seen.add(source.call);
      stack.push(...source.call.inputs);
    }
    return [...seen].sort((a, b) => a.index - b.index);
  }
}
