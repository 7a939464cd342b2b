/** The record of an op: everything there is to know about it, in one place. A forgotten field does not compile. */

import type { OpTraits, RuleContext, TapeOp } from "../tape/graph/op.ts";
import type { SavePlans, Saves } from "../tape/graph/save-plans.ts";
import type { NumericArray } from "../tensor/dtype.ts";
import type { Meta } from "../tensor/meta.ts";
import type { Generator } from "../tensor/random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

export type { OpTraits, RuleContext };

/** Shapes and dtypes of the outputs, an input for its own; throws where the inputs do not fit. */
export type OutputRule<P> = (inputs: readonly Meta[], params: P) => Meta | readonly Meta[];

/** What a kernel sees besides the elements. */
export interface KernelContext<P> {
  readonly params: P;
  readonly inputs: readonly Meta[];
  readonly outputs: readonly Meta[];
  /** The arrays of all outputs; the first is also the kernel's first argument. */
  readonly outs: readonly NumericArray[];
}

/** Reference kernel: inputs in row-major order without gaps, `out` zeroed. */
export type Kernel<P> = (out: NumericArray, inputs: readonly NumericArray[], ctx: KernelContext<P>) => void;

/** A strided window, for ops that only look at the same storage in another way. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** How the result comes about: a kernel that fills new storage, or a view of the first input. */
export type Forward<P> =
  | { readonly outputs: OutputRule<P>; readonly kernel: Kernel<P> }
  | { readonly view: (input: View, params: P) => View | readonly View[] };

/**
 * The op over a batch: flagged inputs have a leading batch dimension of `size`, and so must the result.
 * `"elementwise"` aligns the batch dimension by itself, `"loop"` runs the op once an example; a rule may give `"loop"` for what it cannot do at once.
 */
export type BatchRule<P> =
  | "elementwise"
  | "loop"
  | ((
      inputs: readonly Tensor[],
      batched: readonly boolean[],
      params: P,
      size: number,
    ) => Tensor | readonly Tensor[] | "loop");

/** Arguments by PyTorch's parameter names in camelCase. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Makes the inputs of samples: float64, seeded. */
export interface SampleSource {
  /** Normal numbers. */
  normal(shape: Shape): Tensor;
  /** Uniform on [low, high). */
  uniform(shape: Shape, low: number, high: number): Tensor;
  /** All different, at least 0.1 apart and away from 0: no ties and no kinks within a finite difference. */
  distinct(shape: Shape): Tensor;
  /** int32 in [low, high). */
  integers(shape: Shape, low: number, high: number): Tensor;
  readonly generator: Generator;
}

/** How a program calls an op: not at all, by a function, also by a method of tensors, or also by a method with an in-place form, as `add_` of `add`. */
export type Access = "internal" | "function" | "method" | "in-place";

/** What ops and composites have in common. */
export interface OpInfo {
  /** The name in this library: of the node on the tape, the function and the method. */
  readonly name: string;
  /** The name of the function, where `name` is a reserved word of JavaScript. */
  readonly functionName?: string;
  /** Dotted name in PyTorch, without `torch.`: it decides the folder of the op and the namespace of the function. */
  readonly torch: string;
  /** Further dotted names of the op in PyTorch; the function is exported from their namespaces as well. */
  readonly aliases?: readonly string[];
  readonly access: Access;
  /**
   * PyTorch's parameters in camelCase, in order, with defaults: `"input, dim=null, keepdim=false"`. `size|shape` has an alias; of `size...` the method takes
   * the elements one by one. The tensor of a method is `input`.
   */
  readonly signature: string;
  /** Arguments that exercise every parameter off its default, away from kinks. */
  readonly samples: (r: SampleSource) => readonly Arguments[];
}

/** An op with rules of its own. */
export type OpSpec<P> = OpInfo &
  TapeOp<P> &
  Forward<P> & {
    /** The tensors that the rules read later, by the inputs that need gradients. */
    readonly saves: Saves;
    /** `saves` for each set of inputs that need gradients; worked out when the op is defined. */
    readonly plans?: SavePlans;
    /** Node text in the tape view. */
    readonly label: (params: P) => string;
    /** Forward formula and gradient rule in TeX: inputs x, z; output y; a bar marks a cotangent. */
    readonly tex: { readonly forward: string; readonly vjp: string };
    /** Cotangents of the inputs, written with differentiable ops; broadcasting is undone by the walk. */
    readonly vjp: ((g: Tensor, ctx: RuleContext<P>) => readonly (Tensor | null)[]) | "none";
    /** Tangents of the outputs from those of the inputs (`null` is zero); `"linear"` applies the op to the tangents. */
    readonly jvp:
      | ((tangents: readonly (Tensor | null)[], ctx: RuleContext<P>) => Tensor | readonly Tensor[])
      | "linear"
      | "none";
    readonly batch: BatchRule<P>;
    /** For an elementwise op of floats: what becomes of one element, in float64. */
    readonly pointwise?: ((x: number, z: number) => number) | undefined;
    /** The public function, for calls by name. */
    readonly call: PublicFunction;
  };

/** A public function, seen from the registry. */
export type PublicFunction = (...args: never[]) => unknown;

/** An op whose parameter type is forgotten. */
export type AnyOp = OpSpec<unknown>;

/** A composite: ordinary code over other ops, shown as one scope. */
export interface CompositeSpec extends OpInfo {
  readonly tex: string;
}
