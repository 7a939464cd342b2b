/** The record of an op: its surface, kernel, rules and samples. A missing field does not compile. */

import type { OpTraits, RuleContext, TapeOp } from "../tape/graph/op.ts";
import type { SavePlans, Saves } from "../tape/graph/save-plans.ts";
import type { DType, NumericArray } from "../tensor/dtype.ts";
import type { Meta } from "../tensor/meta.ts";
import type { Generator } from "../tensor/random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Kink } from "./kink.ts";

export type { OpTraits, RuleContext };

/** Returns shapes and dtypes of the outputs; an input stands for its own. Throws for inputs of wrong shapes and dtypes. */
export type OutputRule<P> = (inputs: readonly Meta[], params: P) => Meta | readonly Meta[];

/** Parameters, shapes and dtypes, for kernels. */
export interface KernelContext<P> {
  readonly params: P;
  readonly inputs: readonly Meta[];
  readonly outputs: readonly Meta[];
  /** The arrays of all outputs; the first is also the kernel's first argument. */
  readonly outs: readonly NumericArray[];
}

/** A reference kernel: fills `out`, which is zeroed, from the elements of the inputs in row-major order. */
export type Kernel<P> = (out: NumericArray, inputs: readonly NumericArray[], ctx: KernelContext<P>) => void;

/** Shape, strides and offset of a view. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** The dtype of the view, if it differs from that of the input. */
  readonly dtype?: DType;
}

/** The computation of the result: a kernel that fills new storage, or a view of the first input. */
export type Forward<P> =
  | { readonly outputs: OutputRule<P>; readonly kernel: Kernel<P> }
  | { readonly view: (input: Required<View>, params: P) => View | readonly View[] };

/**
 * The batching rule. A function gets inputs of which the flagged ones have a leading batch dimension of `size`, and returns a result that has one; it may return
 * `"loop"` for inputs that it does not cover. `"elementwise"` aligns the batch dimensions and runs the op itself, `"loop"` runs the op for each element of the batch.
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

/**
 * The kernel of complex tensors. `"parts"`: the op acts on real and imaginary parts separately, by the kernel of real tensors; other inputs, such as indices, serve both.
 * `"products"`: the op is a product of its first two inputs, of which the products of the parts are computed. A kernel gets complex arrays, real and imaginary part of
 * each element in turn.
 */
export type ComplexForward<P> = "parts" | "products" | Kernel<P>;

/** Arguments by name: PyTorch's names of the parameters, in camelCase. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Source of seeded inputs of samples, of float64 unless said otherwise. */
export interface SampleSource {
  /** Returns normally distributed elements. */
  normal(shape: Shape): Tensor;
  /** Returns elements uniform on [low, high). */
  uniform(shape: Shape, low: number, high: number): Tensor;
  /** Returns elements at least 0.1 apart and away from 0, so that finite differences meet no tie and no kink. */
  distinct(shape: Shape): Tensor;
  /** Returns int32 elements in [low, high). */
  integers(shape: Shape, low: number, high: number): Tensor;
  readonly generator: Generator;
}

/** Positions of indices among the inputs and the outputs of an op. */
export interface IndexPositions {
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
}

/** The access to an op: none, a function, a function and a method, or also an in-place method, such as `add_` of `add`. */
export type Access = "internal" | "function" | "method" | "in-place";

/** The fields that records of ops and of composites share. */
export interface OpInfo {
  /** Name of the function, the method, and the node on the tape. */
  readonly name: string;
  /** Name of the function, where `name` is a reserved word of JavaScript. */
  readonly functionName?: string;
  /** Dotted name in PyTorch, without `torch.`. It decides the folder of the file and the namespace of the function. */
  readonly torch: string;
  /**
   * Other dotted names in PyTorch. Each gives a function in its namespace, without a namespace a method and an in-place form too, as `access` says; `Tensor.f` is a
   * method alone. `npm run signatures` writes their exports and types (see `dispatch/aliases.ts`).
   */
  readonly aliases?: readonly string[];
  readonly access: Access;
  /**
   * PyTorch's parameters in camelCase, in order, with defaults: `"input, dim=null, keepdim=false"`. `size|shape` has an alias. `size...` is a list whose
   * elements are separate arguments of the method. The parameter `input` is the tensor of the method.
   */
  readonly signature: string;
  /**
   * Names of the dimensions of the operands, for explanations of errors: `"input: ... rows columns=k; other: ... rows=k columns"`. Dimensions with one key (the
   * name, where no other is given) have one size, after multiplication by a parameter, as in `channels=c*groups`. `...` stands for dimensions that broadcast, `..=` for
   * equal ones, `..*` for any, `..<input` for ones no larger than those of another operand and `..>index` for ones no smaller, `.` for none, and `|` separates forms of an
   * operand. Of such dimensions, `@dim:entries` names that at the position in the parameter `dim`, which is not compared with them. `n=3` has the size 3, and `n=` is not
   * compared. A blank in a name is written `_`.
   */
  readonly dims?: string | undefined;
  /** Arguments for the sweeps: every parameter differs from its default in one of them, and all are away from kinks. */
  readonly samples: (r: SampleSource) => readonly Arguments[];
}

/** The record of an op with its own rules. */
export type OpSpec<P> = OpInfo &
  TapeOp<P> &
  Forward<P> & {
    /** The tensors that the gradient and tangent rules read, for each input. */
    readonly saves: Saves;
    /** `saves` for each set of inputs that need gradients; computed when the op is defined. */
    readonly plans?: SavePlans;
    /** Returns the text of the node in the tape view. */
    readonly label: (params: P) => string;
    /** Formula and gradient rule in TeX, with inputs x and z, output y, and a bar for a cotangent. */
    readonly tex: { readonly forward: string; readonly vjp: string };
    /** The gradient rule: returns the cotangents of the inputs, by differentiable ops. The backward walk sums them over broadcast dimensions. */
    readonly vjp: ((g: Tensor, ctx: RuleContext<P>) => readonly (Tensor | null)[]) | "none";
    /** The tangent rule: returns the tangents of the outputs from those of the inputs, where `null` is zero. `"linear"` applies the op to the tangents. */
    readonly jvp:
      | ((tangents: readonly (Tensor | null)[], ctx: RuleContext<P>) => Tensor | readonly Tensor[])
      | "linear"
      | "none";
    readonly batch: BatchRule<P>;
    /** The kernel for int64 beyond 2^53, whose int64 arrays are BigInt64Arrays; `kernel` by default, which does for ops that only move elements. */
    readonly exact?: Kernel<P> | undefined;
    /** Positions of the inputs and outputs that are indices, which stay numbers then. */
    readonly indices?: IndexPositions | undefined;
    /** The kink at which a program can choose another gradient. */
    readonly kink?: Kink<P> | undefined;
    /** The kernel of complex tensors, which an op without one refuses. Views need none. */
    readonly complex?: ComplexForward<P> | undefined;
    /** For an elementwise op of floats: the function of one element, in float64. */
    readonly pointwise?: ((x: number, z: number) => number) | undefined;
    /** The public function, for methods and calls by name. */
    readonly call: PublicFunction;
  };

/** A public function of any signature. */
export type PublicFunction = (...args: never[]) => unknown;

/** An op with parameters of any type. */
export type AnyOp = OpSpec<unknown>;

/** The record of a composite: a function of other ops, shown as one scope of the tape. */
export interface CompositeSpec extends OpInfo {
  /** Formula in TeX. */
  readonly tex: string;
}
