/** The parametrizations of one tensor, with the parameters that it is computed from. */
import { noGrad } from "../../../tape/graph/mode.ts";
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../../tensor/errors.ts";
import type { Meta } from "../../../tensor/meta.ts";
import { sameShape } from "../../../tensor/shape.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { replaceData } from "../../base/data.ts";
import type { Module } from "../../base/module.ts";
import { Buffer, Parameter } from "../../base/parameter.ts";
import { List } from "../../layers/list.ts";

/**
 * A map from unconstrained tensors to those that a parameter may have. `rightInverse` maps a value of the parameter to tensors from which forward computes it, or
 * something near it; it returns several where forward takes several, and without it the value itself is kept.
 */
export interface Parametrization extends Module {
  forward(...originals: Tensor[]): Tensor;
  rightInverse?(value: Tensor): Tensor | readonly Tensor[] | null;
}

/** Returns the tensors from which parametrizations compute a value, the last one undone first. */
function invert(list: readonly Parametrization[], value: Tensor): Tensor | readonly Tensor[] {
  let current: Tensor = value;
  for (const [i, parametrization] of [...list.entries()].toReversed()) {
    const found = parametrization.rightInverse?.(current) ?? current;
    if (!(found instanceof Tensor)) {
      if (i === 0) return found;
      throw new ArgumentError("registerParametrization", "only the first parametrization may take several tensors");
    }
    current = found;
  }
  return current;
}

/**
 * The parametrizations of one tensor of a module, in the order in which they are applied, and the tensors that the first of them takes: `original`, or `original0`, `original1` and
 * so on. `forward` computes the tensor. `parametrize.registerParametrization` creates it.
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(2, 3));
 * layer.getSubmodule("parametrizations.weight") instanceof nn.utils.parametrize.ParametrizationList; // true
 */
export class ParametrizationList extends List<Parametrization> {
  [name: `original${number}`]: Parameter | Buffer;
  declare original?: Parameter | Buffer;
  readonly #several: number | null;
  #unsafe: boolean;

  constructor(modules: readonly Parametrization[], original: Parameter | Buffer, unsafe: boolean) {
    checkNew(new.target, arguments);
    super(modules);
    this.#unsafe = unsafe;
    const { meta } = original;
    const found = noGrad(() => invert(modules, original));
    if (found instanceof Tensor) {
      if (!unsafe && found.dtype !== original.dtype)
        throw new DTypeError("registerParametrization", "rightInverse must keep the dtype", [found.dtype, meta.dtype]);
      // the parameter stays the same object, so that optimizers keep it
      if (found !== original) replaceData(original, found.detach().clone());
      this.original = original;
      this.#several = null;
    } else {
      found.forEach((t, i) => {
        const copy = t.detach().clone();
        this[`original${i}`] =
          original instanceof Parameter ? new Parameter(copy, original.requiresGrad) : new Buffer(copy);
      });
      this.#several = found.length;
    }
    if (!unsafe) this.#check(meta);
  }

  /** Throws unless the tensor that is computed has the shape and dtype of the one before. */
  #check(before: Meta): void {
    const after = noGrad(() => this.forward());
    if (!(after instanceof Tensor))
      throw new ArgumentError("registerParametrization", "the forward of a parametrization must return a tensor");
    if (after.dtype !== before.dtype)
      throw new DTypeError("registerParametrization", "a parametrization must keep the dtype, unless it is unsafe", [
        before.dtype,
        after.dtype,
      ]);
    if (!sameShape(after.shape, before.shape))
      throw new ShapeError("registerParametrization", "a parametrization must keep the shape, unless it is unsafe", [
        before.shape,
        after.shape,
      ]);
  }

  /** Whether shapes and dtypes are not checked. */
  get unsafe(): boolean {
    return this.#unsafe;
  }

  /** The tensors that the first parametrization takes. */
  get originals(): (Parameter | Buffer)[] {
    return this.#several === null
      ? [this.original as Parameter | Buffer]
      : Array.from({ length: this.#several }, (_, i) => this[`original${i}`]);
  }

  /** Adds a parametrization behind the others. */
  add(parametrization: Parametrization, unsafe: boolean): void {
    const { meta } = noGrad(() => this.forward());
    this.append(parametrization);
    this.#unsafe ||= unsafe;
    if (unsafe) return;
    try {
      this.#check(meta);
    } catch (error) {
      this.pop();
      throw error;
    }
  }

  /** Sets the originals so that forward computes a value, or one near it. */
  rightInverse(value: Tensor): void {
    noGrad(() => {
      const found = [invert([...this], value)].flat();
      const { originals } = this;
      if (found.length !== originals.length)
        throw new ArgumentError("rightInverse", `expected ${originals.length} tensors, but got ${found.length}`);
      originals.forEach((original, i) => void original.copy_(found[i]));
    });
  }

  override forward(): Tensor {
    const [first, ...others] = this;
    return others.reduce<Tensor>((x, parametrization) => parametrization.forward(x), first.forward(...this.originals));
  }
}
