/** The part of an op's record that the tape reads: its gradient rule, what the rule reads, and properties for listeners. */
import type { RowGradient } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { FastPath } from "./fast-path.ts";
import type { Node } from "./node.ts";
import type { SavePlans } from "./save-plans.ts";

/** The values that a gradient or tangent rule can read. */
export interface RuleContext<P> {
  readonly params: P;
  /** The saved inputs by position. Reading one that the op does not save for the inputs that need gradients throws an error. */
  readonly inputs: readonly Tensor[];
  /** The first output, if the op saves it for the inputs that need gradients; otherwise reading it throws an error. */
  readonly output: Tensor;
  /** All saved outputs. */
  readonly outputs: readonly Tensor[];
  /** Shapes and dtypes of all inputs, saved or not. */
  readonly metas: readonly Meta[];
  /** Shapes and dtypes of all outputs, saved or not. */
  readonly outputMetas: readonly Meta[];
  /** Whether each input needs a gradient. */
  readonly needs: readonly boolean[];
  /** The cotangents of all outputs; `null` for an output that has received none. */
  readonly cotangents: readonly (Tensor | null)[];
}

/**
 * The way in which an op can stop a gradient. `"rectifier"`: where the output is 0. `"saturation"`: where the function is flat, towards its limits. `"bounds"`: where the
 * input lies outside of some interval. `"choice"`: at elements and operands that were not chosen. `"step"`: everywhere. `"mask"`: at elements that were dropped.
 * `"normalization"`: for elements that are all alike. `"underflow"`: where the output is too small for the dtype. `"product"`: where the other factor is 0.
 */
export type GradientStop =
  | "rectifier"
  | "saturation"
  | "bounds"
  | "choice"
  | "step"
  | "mask"
  | "normalization"
  | "underflow"
  | "product";

/**
 * The way in which an op can give NaN or infinity for finite elements. `"root"`: its slope is infinite at 0. `"logarithm"`: it and its slope are, at 0. `"quotient"`: the divisor
 * can be 0. `"exponential"`: the result can overflow. `"edge"`: its slope is infinite at the edge of its domain. `"masked"`: a row can be -∞ throughout. `"power"`: a root, a quotient
 * or an exponential, by its exponent.
 */
export type Breakdown = "root" | "logarithm" | "quotient" | "exponential" | "edge" | "masked" | "power";

/** Ops that map numbers to probabilities, their logarithms, or another bounded range, and so may stand at the head of a model. */
export type Head = "softmax" | "logSoftmax" | "sigmoid" | "logSigmoid" | "tanh" | "relu";

/**
 * The part that an op plays in a model. `"affine"` and `"product"` multiply by weights, `"recurrent"` does so step by step. `"reshape"` gives the elements another shape in the same
 * order, `"repeat"` repeats them, `"join"` puts those of several operands or constants beside them, `"copy"` keeps them, `"selection"` takes some. `"sum"` and `"mean"` reduce.
 */
export type OpRole =
  | Head
  | "affine"
  | "product"
  | "recurrent"
  | "reshape"
  | "repeat"
  | "join"
  | "copy"
  | "selection"
  | "sum"
  | "mean"
  | "layerNorm"
  | "channelNorm";

/** Properties of an op that listeners and the inspector rely on. */
export interface OpTraits {
  /** The way in which the op can stop a gradient, if it can. */
  readonly stops?: GradientStop | undefined;
  /** The way in which the op can give NaN or infinity for finite elements, if it can. */
  readonly breaks?: Breakdown | undefined;
  /** Whether the op computes a variance or standard deviation, which is 0 for a constant. */
  readonly isSpread?: boolean | undefined;
  /** The part that the op plays in a model, where it has a usual one. */
  readonly role?: OpRole | undefined;
  /**
   * The directions in which finite elements give finite elements only: `"forward"` for a bounded function such as tanh, `"both"` for an op whose outputs and
   * gradients are elements of its operands, up to sign, and constants. Anomaly mode does not check these.
   */
  readonly keepsFinite?: "forward" | "both" | undefined;
  /** The role of the op in a statement that accumulates a value step by step: `"sum"` is linear in all inputs, `"scale"` multiplies or divides. */
  readonly accumulation?: "sum" | "scale" | undefined;
}

/** Returns the properties alone, all of them in one order. */
export const traitsOf = ({ role, stops, breaks, isSpread, keepsFinite, accumulation }: OpTraits): OpTraits => ({
  role,
  stops,
  breaks,
  isSpread,
  keepsFinite,
  accumulation,
});

/** The part of an op's record that the tape needs, to compute gradients and to show the op. */
export interface TapeOp<P> extends OpTraits {
  readonly name: string;
  /** A hash of the name; absent for a custom op. */
  readonly hash?: number;
  /** Whether the program defines the op itself. */
  readonly custom?: boolean;
  /** The fast kernel and gradient rule; absent for a custom op. */
  readonly fastPath?: FastPath;
  /** The inputs and outputs to save, by the inputs that need gradients; absent for a custom op, which lists its saved tensors itself. */
  readonly plans?: SavePlans;
  /** Computes the gradient of the first input by rows, if the call asked for a sparse gradient; `null` otherwise. */
  readonly rows?: ((g: Tensor, ctx: RuleContext<P>) => RowGradient | null) | undefined;
  /** Names of the tensors that a custom op saves. */
  readonly savedNames?: readonly string[];
  /** Runs a custom op again on other inputs, and returns the outputs; absent where it cannot be run again. */
  readonly rerun?: ((inputs: readonly Tensor[]) => readonly Tensor[]) | undefined;
  /** Computes the tangents of a custom op's outputs from those of the inputs. */
  readonly push?: ((tangents: readonly (Tensor | null)[], node: Node) => readonly (Tensor | null)[]) | undefined;
  /** The batching rule. With `"elementwise"`, each output element depends on the input elements at its own position alone, up to broadcasting. */
  readonly batch?: unknown;
  /** Returns the text of the node in the tape view. */
  readonly label: (params: P) => string;
  /** The formulas of the op and of its gradient rule in TeX. */
  readonly tex: { readonly forward: string; readonly vjp: string };
  /**
   * Whether the gradient rule is that of a function with a complex derivative f', written without conjugation: it multiplies by f'. The gradient of complex numbers is
   * conjugate, as in PyTorch: multiplied by the conjugate of f'. Absent for a linear op with real factors, and for a rule that conjugates by itself.
   */
  readonly holomorphic?: boolean | undefined;
  /** The gradient rule: computes the cotangents of the inputs from that of the first output and the context. */
  readonly vjp: ((g: Tensor, ctx: RuleContext<P>) => readonly (Tensor | null)[]) | "none";
}
