/** `backward` and `grad`: the arguments of a walk, and the gradients that it returns. */

import { isComplex, takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, GradError, ShapeError, showShape } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";
import { edgeOf, type GradientEdge } from "../graph/node.ts";
import { withOps } from "../graph/withheld.ts";
import { retainGrad } from "./register.ts";
import { type Root, walk } from "./walk.ts";

/** A tensor, or its edge from `getGradientEdge`. */
export type Differentiable = Tensor | GradientEdge;

/** Options of `backward`. */
export interface BackwardOptions {
  /** Whether to keep the saved tensors, so that backward can run again. By default the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Whether to record the backward pass itself, for higher derivatives. */
  readonly createGraph?: boolean;
  /** The tensors in which gradients are accumulated, by default all leaves. Results among them retain their gradient from then on. */
  readonly inputs?: Tensor | readonly Tensor[];
}

/** Options of `grad`. */
export interface GradOptions {
  /** The cotangent of each output; `null`, which is the default, stands for 1 and needs an output of one element. */
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[];
  /** Whether to keep the saved tensors, so that backward can run again. By default the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Whether to record the backward pass itself, so that the gradients can be differentiated. */
  readonly createGraph?: boolean;
  /** Whether an input that the outputs do not depend on gives `null` instead of an error. By default the value of `materializeGrads`. */
  readonly allowUnused?: boolean;
  /** Whether an input that the outputs do not depend on gives zeros; they require a gradient with `createGraph`. */
  readonly materializeGrads?: boolean;
  /** Whether the first dimension of each of `gradOutputs` is a batch dimension: the gradients have it too, one per cotangent. */
  readonly isGradsBatched?: boolean;
}

/** Gradients in the structure of the inputs: a list of one for a tensor, a list for a list, a record for a record. `null` for an unused input. */
export type GradsOf<I> = I extends Differentiable ? [Tensor | null] : { -readonly [K in keyof I]: Tensor | null };

/** Gradients in the structure of the inputs, with a tensor for each input. */
export type AllGradsOf<I> = I extends Differentiable ? [Tensor] : { -readonly [K in keyof I]: Tensor };

/** The inputs of `grad`: a tensor or edge, or a list or record of these. */
export type GradInputs = Differentiable | readonly Differentiable[] | Readonly<Record<string, Differentiable>>;

/**
 * Computes the gradients of `tensors` with respect to the leaves, and accumulates them in the `grad` of each leaf. `gradients` are the cotangents of the tensors; one
 * of a single element has 1 by default.
 * @throws GradError if a tensor requires no gradient, has several elements and no cotangent is given, or if its graph was freed.
 */
export function backward(
  tensors: Differentiable | readonly Differentiable[],
  gradients: Tensor | null | readonly (Tensor | null)[] = null,
  options: BackwardOptions = {},
): void {
  const list = asList(tensors);
  const roots = rootsOf("backward", list, asList(gradients ?? list.map(() => null)));
  const createGraph = options.createGraph ?? false;
  const settings = {
    createGraph,
    retainGraph: options.retainGraph ?? createGraph,
    targets: targetsOf("backward", options),
    captured: null,
    outputs: list.filter((t) => t instanceof Tensor),
  };
  withOps(true, () => walk(roots, settings));
}

/** Returns the edges of the tensors in which gradients are accumulated; `null` for all leaves. Results among them retain their gradient from then on. */
export function targetsOf(op: string, options: BackwardOptions): Edge[] | null {
  if (options.inputs === undefined) return null;
  const inputs = asList(options.inputs);
  if (inputs.length === 0) throw new ArgumentError(op, "inputs must not be empty");
  const targets = inputs.map((t) => wantedEdge(op, t));
  for (const t of inputs) retainGrad(t);
  return targets;
}

/**
 * Returns the gradients of `outputs` with respect to `inputs`, in the structure of the inputs. Nothing is accumulated in leaves. An input may also be an edge from
 * `getGradientEdge`.
 * @throws GradError if the outputs do not depend on an input and neither `allowUnused` nor `materializeGrads` is set.
 * @example
 * const x = tensor(3, { requiresGrad: true });
 * const [dx] = autograd.grad(x.mul(x), [x]);
 * dx.item(); // 6
 * const { w } = autograd.grad(x.mul(2), { w: x });
 * w.item(); // 2
 */
export function grad<const I extends GradInputs, const O extends GradOptions = { readonly allowUnused: false }>(
  outputs: Differentiable | readonly Differentiable[],
  inputs: I,
  options?: O,
): O extends { readonly allowUnused: infer U } ? (U extends false ? AllGradsOf<I> : GradsOf<I>) : AllGradsOf<I>;
/** Returns gradients in the structure of the inputs. */
export function grad(
  outputs: Differentiable | readonly Differentiable[],
  inputs: GradInputs,
  options: GradOptions = {},
): unknown {
  if (isDifferentiable(inputs) || Array.isArray(inputs))
    return gradients(asList(outputs), asList(inputs as Differentiable | readonly Differentiable[]), options);
  const names = Object.keys(inputs);
  const found = gradients(
    asList(outputs),
    Object.values(inputs as Readonly<Record<string, Differentiable>>),
    options,
    names,
  );
  return Object.fromEntries(names.map((name, i) => [name, found[i]]));
}

function gradients(
  outputs: readonly Differentiable[],
  inputs: readonly Differentiable[],
  options: GradOptions,
  names?: readonly string[],
): (Tensor | null)[] {
  const { createGraph = false, materializeGrads = false, allowUnused = materializeGrads } = options;
  if (materializeGrads && !allowUnused)
    throw new ArgumentError(
      "grad",
      "materializeGrads gives zeros to unused inputs, and cannot go with allowUnused: false",
    );
  const retainGraph = options.retainGraph ?? createGraph;
  const cotangents = asList(options.gradOutputs ?? outputs.map(() => null));
  if (options.isGradsBatched === true)
    return batched(cotangents, (each, last) =>
      gradients(outputs, inputs, {
        ...options,
        gradOutputs: each,
        isGradsBatched: false,
        retainGraph: retainGraph || !last,
      }),
    );
  const roots = rootsOf("grad", outputs, cotangents);
  const targets = inputs.map((t) => wantedEdge("grad", t));
  const captured: (Tensor | null)[] = targets.map(() => null);
  withOps(true, () => walk(roots, { createGraph, retainGraph, targets, captured }));
  return captured.map((g, i) => {
    if (g !== null) return g;
    if (materializeGrads) return useAlgebra().constant(metaOf(targets[i]), 0).requiresGrad_(createGraph);
    if (allowUnused) return null;
    throw new GradError(
      "grad",
      `input ${names?.[i] ?? i} of shape ${showShape(metaOf(targets[i]).shape)} was not used by the outputs; pass { allowUnused: true } to get null for it, or { materializeGrads: true } for zeros`,
    );
  });
}

/** Calls `each` with every cotangent of a batch. Returns the gradients stacked along a new first dimension. */
function batched(
  cotangents: readonly (Tensor | null)[],
  each: (cotangents: readonly (Tensor | null)[], last: boolean) => (Tensor | null)[],
): (Tensor | null)[] {
  const size = cotangents.find((g) => g !== null)?.shape[0];
  if (size === undefined || cotangents.some((g) => g !== null && g.shape[0] !== size))
    throw new ArgumentError("grad", "isGradsBatched needs gradOutputs that all have one first dimension");
  const { select, stack } = useAlgebra();
  const rows = Array.from({ length: size }, (_, i) =>
    each(
      cotangents.map((g) => (g === null ? null : select(g, i))),
      i === size - 1,
    ),
  );
  return rows[0].map((g, i) => (g === null ? null : stack(rows.map((row) => row[i] as Tensor))));
}

/** Returns the edge of a tensor, which stands for it in `grad` and `backward` without keeping its elements. */
export function getGradientEdge(t: Tensor): GradientEdge {
  return wantedEdge("getGradientEdge", t);
}

/** Returns a list as it is, and anything else as a list of one. */
export const asList = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

const isDifferentiable = (x: GradInputs): x is Differentiable =>
  x instanceof Tensor || (typeof (x as Edge).index === "number" && typeof (x as Edge).node?.seq === "number");

const metaOf = ({ node, index }: Edge): Meta => node.outputMetas[index];

function wantedEdge(op: string, x: Differentiable): Edge {
  const edge = x instanceof Tensor ? edgeOf(x) : x;
  if (edge === null) throw new GradError(op, "one of the inputs does not require a gradient");
  return edge;
}

/** Returns the outputs with their cotangents, 1 for an output of one element that has none. @throws if a cotangent is missing or does not fit. */
export function rootsOf(op: string, outputs: readonly Differentiable[], gradients: readonly (Tensor | null)[]): Root[] {
  if (outputs.length !== gradients.length)
    throw new GradError(
      op,
      `as many gradients as tensors are needed, but got ${gradients.length} for ${outputs.length}`,
    );
  return outputs.map((t, i) => {
    const edge = t instanceof Tensor ? edgeOf(t) : t;
    if (edge === null)
      throw new GradError(
        op,
        "the tensor does not require a gradient: it was not computed from a tensor made with { requiresGrad: true }, or inside noGrad, or after detach()",
      );
    const meta = metaOf(edge);
    const g = gradients[i];
    if (g === null) {
      if (meta.shape.some((n) => n !== 1))
        throw new GradError(
          op,
          `only a scalar has an implicit gradient, but got ${showShape(meta.shape)}; reduce it first, as in x.sum(), or pass a gradient of that shape`,
        );
      if (isComplex(meta.dtype))
        throw new GradError(
          op,
          `only a real scalar has an implicit gradient, but got ${meta.dtype}; take abs() or real() of it, or pass a gradient`,
        );
      return { edge, gradient: useAlgebra().constant(meta, 1) };
    }
    if (!sameShape(g.shape, meta.shape))
      throw new ShapeError(op, "the gradient must have the shape of the tensor", [meta.shape, g.shape]);
    if (!takesGradients(g.dtype)) throw new DTypeError(op, "the gradient must be a float tensor", [g.dtype]);
    if (isComplex(g.dtype) !== isComplex(meta.dtype))
      throw new DTypeError(op, "the gradient of a complex tensor must be complex, and of a real one real", [
        meta.dtype,
        g.dtype,
      ]);
    return { edge, gradient: g };
  });
}
