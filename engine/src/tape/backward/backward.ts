/** `backward` and `grad`: from which outputs, with respect to what, and what comes back. */

import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, GradError, ShapeError, showShape } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";
import { edgeOf, type GradientEdge } from "../graph/node.ts";
import { retainGrad } from "./register.ts";
import { type Root, walk } from "./walk.ts";

/** Something that has a place on the tape: a tensor, or the place itself. */
export type Differentiable = Tensor | GradientEdge;

/** Options of `backward`. */
export interface BackwardOptions {
  /** Keeps the saved tensors, so that backward can run again. By default the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Records the backward pass itself, for derivatives of gradients. */
  readonly createGraph?: boolean;
  /** Accumulates only into these: leaves, and results, which retain their gradient from then on. */
  readonly inputs?: Tensor | readonly Tensor[];
}

/** Options of `grad`. */
export interface GradOptions {
  /** Cotangents of the outputs; needed where an output is not a scalar. */
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[];
  /** Keeps the saved tensors, so that the graph can be walked again. By default the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Records the walk itself, so that the gradients can be differentiated. */
  readonly createGraph?: boolean;
  /** Whether an input that the outputs do not depend on gives `null` instead of an error. By default the value of `materializeGrads`. */
  readonly allowUnused?: boolean;
  /** Whether an input that the outputs do not depend on gives zeros; they require a gradient with `createGraph`. */
  readonly materializeGrads?: boolean;
  /** Whether the first dimension of each of `gradOutputs` counts cotangents: one gradient for each, stacked. */
  readonly isGradsBatched?: boolean;
}

/** Gradients in the form of the inputs: a list of one for a tensor, a tuple or list for a tuple or list, a record for a record. */
export type GradsOf<I> = I extends Differentiable ? [Tensor | null] : { -readonly [K in keyof I]: Tensor | null };

/** Gradients in the form of the inputs, where an unused input is an error or gets zeros. */
export type AllGradsOf<I> = I extends Differentiable ? [Tensor] : { -readonly [K in keyof I]: Tensor };

/** What gradients can be taken with respect to. */
export type GradInputs = Differentiable | readonly Differentiable[] | Readonly<Record<string, Differentiable>>;

/**
 * Accumulates the gradients of `tensors` in the leaves they were computed from.
 * @throws GradError when a tensor requires no gradient, is not a scalar and no gradient is given, or its graph was freed.
 */
export function backward(
  tensors: Differentiable | readonly Differentiable[],
  gradients: Tensor | null | readonly (Tensor | null)[] = null,
  options: BackwardOptions = {},
): void {
  const list = asList(tensors);
  const roots = rootsOf("backward", list, asList(gradients ?? list.map(() => null)));
  const createGraph = options.createGraph ?? false;
  const inputs = options.inputs === undefined ? null : asList(options.inputs);
  if (inputs?.length === 0) throw new ArgumentError("backward", "inputs must not be empty");
  const targets = inputs?.map((t) => wantedEdge("backward", t));
  for (const t of inputs ?? []) retainGrad(t);
  walk(roots, {
    createGraph,
    retainGraph: options.retainGraph ?? createGraph,
    targets: targets ?? null,
    captured: null,
  });
}

/**
 * Gradients of `outputs` with respect to `inputs`, returned instead of accumulated: a list, or a record for a record of inputs. An input may be a
 * place on the tape as well, from `getGradientEdge`.
 * @throws GradError when an input was not used and `allowUnused` is not set.
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
/** The same, in the form that it is written in. */
export function grad(
  outputs: Differentiable | readonly Differentiable[],
  inputs: GradInputs,
  options: GradOptions = {},
): unknown {
  if (isPlace(inputs) || Array.isArray(inputs))
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
  walk(roots, { createGraph, retainGraph, targets, captured });
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

/** One walk for each cotangent of a batch, and the gradients stacked. */
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

/** The place on the tape where the gradient of `t` arrives: for `grad` and `backward`, without keeping the tensor. */
export function getGradientEdge(t: Tensor): GradientEdge {
  return wantedEdge("getGradientEdge", t);
}

export const asList = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

const isPlace = (x: GradInputs): x is Differentiable =>
  x instanceof Tensor || (typeof (x as Edge).index === "number" && typeof (x as Edge).node?.seq === "number");

const metaOf = ({ node, index }: Edge): Meta => node.outputMetas[index];

function wantedEdge(op: string, x: Differentiable): Edge {
  const edge = x instanceof Tensor ? edgeOf(x) : x;
  if (edge === null) throw new GradError(op, "one of the inputs does not require a gradient");
  return edge;
}

/** Outputs with their cotangents; 1 for a scalar that has none. */
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
      return { edge, gradient: useAlgebra().constant(meta, 1) };
    }
    if (!sameShape(g.shape, meta.shape))
      throw new ShapeError(op, "the gradient must have the shape of the tensor", [meta.shape, g.shape]);
    if (!isFloating(g.dtype)) throw new DTypeError(op, "the gradient must be a float tensor", [g.dtype]);
    return { edge, gradient: g };
  });
}
