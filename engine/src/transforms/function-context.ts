/** The context that links forward and backward of an `autograd.Function`. */
import type { Node } from "../tape/graph/node.ts";
import { zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The `ctx` argument of a `Function`'s methods: tensors saved in forward for backward, and settings of the outputs. Forward may assign other values to further
 * properties.
 * @example
 * class Square extends autograd.Function {
 *   static forward(ctx: FunctionContext, x: Tensor): Tensor {
 *     ctx.saveForBackward(x);
 *     return x.mul(x);
 *   }
 *   static backward(ctx: FunctionContext, g: Tensor): Tensor {
 *     return g.mul(ctx.savedTensors[0]).mul(2);
 *   }
 * }
 * const x = tensor(3, { requiresGrad: true });
 * Square.apply(x).backward();
 * x.grad!.item(); // 6
 */
export class FunctionContext {
  /** For each argument, whether it needs a gradient. */
  readonly needsInputGrad: readonly boolean[];
  #toSave: readonly (Tensor | null)[] = [];
  #node: Node | null = null;
  readonly #dirty = new Set<Tensor>();
  readonly #nonDifferentiable = new Set<Tensor>();
  #materializeGrads = true;
  [name: string]: unknown;

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  /**
   * Saves inputs, outputs or other tensors for backward. Later in-place changes of them are detected, and hooks on saved tensors apply. A second call replaces
   * the first.
   */
  saveForBackward(...tensors: readonly (Tensor | null)[]): void {
    this.#toSave = tensors;
  }

  /** The tensors passed to `saveForBackward`. @throws GradError when one was changed in place since, or released by an earlier backward. */
  get savedTensors(): readonly Tensor[] {
    const node = this.#node;
    return this.#toSave.map((t, i) => (node === null ? t : t === null ? null : node.savedAt(i))) as Tensor[];
  }

  /** Declares which inputs forward changes in place. They must be among the outputs. */
  markDirty(...tensors: readonly Tensor[]): void {
    for (const t of tensors) this.#dirty.add(t);
  }

  /** Declares which outputs have no gradient. */
  markNonDifferentiable(...tensors: readonly Tensor[]): void {
    for (const t of tensors) this.#nonDifferentiable.add(t);
  }

  /** Sets whether backward receives zeros, the default, rather than `null` for an output without a gradient. */
  setMaterializeGrads(value: boolean): void {
    this.#materializeGrads = value;
  }

  /** @internal */
  get settings(): {
    readonly dirty: ReadonlySet<Tensor>;
    readonly nonDifferentiable: ReadonlySet<Tensor>;
    readonly materializeGrads: boolean;
  } {
    return {
      dirty: this.#dirty,
      nonDifferentiable: this.#nonDifferentiable,
      materializeGrads: this.#materializeGrads,
    };
  }

  /** @internal Moves the saved tensors to the node that `save` records, so that they are released with it. */
  attach(save: (tensors: readonly (Tensor | null)[]) => Node): void {
    const tensors = this.#toSave;
    this.#node = save(tensors);
    this.#toSave = tensors.map((t) => (t === null ? null : savedByNode));
  }
}

/** Marks an entry whose tensor the node has saved. */
const savedByNode: Tensor = zeros([]);
