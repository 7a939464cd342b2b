/** The context of a function with a gradient written by hand. */
import type { Node } from "../tape/graph/node.ts";
import { zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What forward leaves for backward. */
export class FunctionContext {
  /** Which arguments want a gradient. */
  readonly needsInputGrad: readonly boolean[];
  #toSave: readonly (Tensor | null)[] = [];
  #node: Node | null = null;
  readonly #dirty = new Set<Tensor>();
  readonly #constant = new Set<Tensor>();
  #materialize = true;
  /** Whatever else forward notes. */
  [name: string]: unknown;

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  /** Keeps inputs, outputs or other tensors; changes in place are noticed, and hooks on saved tensors see them. */
  saveForBackward(...tensors: readonly (Tensor | null)[]): void {
    this.#toSave = tensors;
  }

  /** What was saved. @throws GradError when it was changed in place since, or freed by an earlier backward. */
  get savedTensors(): readonly Tensor[] {
    const node = this.#node;
    return this.#toSave.map((t, i) => (node === null ? t : t === null ? null : node.savedAt(i))) as Tensor[];
  }

  /** Says which inputs were changed in place; they must be returned. */
  markDirty(...tensors: readonly Tensor[]): void {
    for (const t of tensors) this.#dirty.add(t);
  }

  /** Says which outputs have no gradient. */
  markNonDifferentiable(...tensors: readonly Tensor[]): void {
    for (const t of tensors) this.#constant.add(t);
  }

  /** Whether backward gets zeros, the default, or `null` for an output that nothing used. */
  setMaterializeGrads(value: boolean): void {
    this.#materialize = value;
  }

  /** @internal */
  get marks(): {
    readonly dirty: ReadonlySet<Tensor>;
    readonly constant: ReadonlySet<Tensor>;
    readonly materialize: boolean;
  } {
    return { dirty: this.#dirty, constant: this.#constant, materialize: this.#materialize };
  }

  /** @internal Hands what is to be saved to the node. */
  attach(save: (tensors: readonly (Tensor | null)[]) => Node): void {
    const tensors = this.#toSave;
    this.#node = save(tensors);
    // the node keeps them, as long as it is not released
    this.#toSave = tensors.map((t) => (t === null ? null : placeholder));
  }
}

const placeholder: Tensor = zeros([]);
