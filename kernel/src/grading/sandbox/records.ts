/** Calls of differentiable functions that the judge may ask the gradients of. */
type Engine = typeof import("tapelab");
type AnyTensor = import("tapelab").Tensor;

/** The inputs and outputs of a call. */
interface CallRecord {
  readonly leaves: readonly AnyTensor[];
  readonly outputs: readonly AnyTensor[];
}

/** Records that are kept; of older ones, no gradient can be asked. */
const maxRecords = 4000;

/** The records by number. */
export class Records {
  readonly #engine: Engine;
  readonly #records = new Map<number, CallRecord>();
  #next = 1;
  /** The record that is being made, whose outputs are found while its result is encoded. */
  #open: { readonly leaves: AnyTensor[]; readonly outputs: AnyTensor[] } | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Begins a record: tensors that are decoded from now on are its inputs. */
  begin(): void {
    this.#open = { leaves: [], outputs: [] };
  }

  input(t: AnyTensor): void {
    if (t.requiresGrad) this.#open?.leaves.push(t);
  }

  /** Returns the number of a result and its record, if it depends on tensors that require gradients. */
  output(t: AnyTensor): { readonly record?: number; readonly output?: number } {
    // an argument may be returned as it is
    if (this.#open === null || !t.requiresGrad || (t.isLeaf && !this.#open.leaves.includes(t))) return {};
    const known = this.#open.outputs.indexOf(t);
    if (known < 0) this.#open.outputs.push(t);
    return { record: this.#next, output: known < 0 ? this.#open.outputs.length - 1 : known };
  }

  /** Ends a record, which is kept if it has outputs. */
  end(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || open.outputs.length === 0) return;
    this.#records.set(this.#next++, open);
    for (const old of this.#records.keys()) {
      if (this.#records.size <= maxRecords) break;
      this.#records.delete(old);
    }
  }

  /** Returns an output of a record. */
  outputOf(record: number, output: number): AnyTensor | null {
    return this.#records.get(record)?.outputs[output] ?? null;
  }

  /**
   * Returns the gradients of the inputs of a record. As `backward` does, it accumulates those of other leaves, such as the parameters of a module. With
   * `createGraph`, the gradients are the outputs of a new record, whose inputs are the cotangents, then the inputs of this one.
   */
  gradients(record: number, cotangents: readonly (AnyTensor | null)[], createGraph: boolean): (AnyTensor | null)[] {
    const found = this.#records.get(record);
    if (found === undefined) throw new Error("the gradient is asked of a call that is too long ago");
    const { leaves, outputs } = found;
    const roots = outputs.flatMap((y, i) => {
      const g = cotangents[i];
      return g === null || g === undefined ? [] : [[y, g] as const];
    });
    if (createGraph) this.#open?.leaves.push(...leaves);
    for (const leaf of leaves) leaf.grad = null;
    if (roots.length > 0)
      this.#engine.autograd.backward(
        roots.map(([y]) => y),
        roots.map(([, g]) => g),
        { retainGraph: true, createGraph },
      );
    return leaves.map(({ grad }) => grad);
  }
}
