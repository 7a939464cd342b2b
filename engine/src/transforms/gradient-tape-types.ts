/** Types of `GradientTape`: options, and gradients in the form of their sources. */
import type { Tensor } from "../tensor/tensor.ts";

/** Options of `GradientTape`. */
export interface GradientTapeOptions {
  /** Whether gradients can be taken more than once; false by default. */
  readonly persistent?: boolean;
  /** Whether all leaves that require a gradient are watched, the default, or only the tensors passed to `watch`. */
  readonly watchAccessedVariables?: boolean;
}

/** The gradient of a source that the target does not depend on: `null`, or zeros. */
export type UnconnectedGradients = "none" | "zero";

/** Options of `GradientTape.gradient`. */
export interface TapeGradientOptions {
  /** Cotangents of the targets, `null` for ones; ones for all by default. */
  readonly outputGradients?: Tensor | readonly (Tensor | null)[] | null;
  /** Gradient of a source that no target depends on; `"none"` by default. */
  readonly unconnectedGradients?: UnconnectedGradients;
}

/** Options of `GradientTape.jacobian` and `batchJacobian`. */
export type UnconnectedOptions = Pick<TapeGradientOptions, "unconnectedGradients">;

/** Sources of a gradient: a tensor, or a list or record of tensors. */
export type Sources = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** Gradients in the form of the sources, `null` for unconnected ones. */
export type SourceGradients<S> = S extends Tensor ? Tensor | null : { -readonly [K in keyof S]: Tensor | null };

/** Gradients in the form of the sources, where unconnected ones are zeros. */
export type AllSourceGradients<S> = S extends Tensor ? Tensor : { -readonly [K in keyof S]: Tensor };

/** Gradients of sources `S` with options `O`. */
export type GradientsUnder<S, O> = O extends { readonly unconnectedGradients: "zero" }
  ? AllSourceGradients<S>
  : SourceGradients<S>;
