/** Calls of the static methods `backward`, `jvp` and `vmap` of a `Function`, with checks of their results. */
import { batchedTensor, batchOf, type Level } from "../dispatch/batched.ts";
import { zeros } from "../tensor/create.ts";
import { ArgumentError, GradError, ShapeError } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { broadcastShapes, type Shape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { FunctionClass } from "./function.ts";
import type { FunctionContext } from "./function-context.ts";

/** A static method of a function class, with its types erased. */
export type StaticMethod = (...args: unknown[]) => unknown;

/** Shape of a tensor among the arguments, and whether it needs a gradient. */
export interface Argument {
  readonly shape: Shape;
  readonly needsGrad: boolean;
}

type Gradients = readonly (Tensor | null)[];

/** Returns the cotangents of the tensors among the arguments, by the class's `backward`. */
export function callBackward(
  cls: FunctionClass,
  ctx: FunctionContext,
  cotangents: Gradients,
  outputs: readonly Meta[],
  signature: readonly (Argument | null)[],
): (Tensor | null)[] {
  const given = ctx.settings.materializeGrads
    ? cotangents.map((g, i) => g ?? zeros(outputs[i].shape, { dtype: outputs[i].dtype }))
    : cotangents;
  const result = (cls.backward as StaticMethod).call(cls, ctx, ...given);
  const grads = (Array.isArray(result) ? result : [result]) as readonly (Tensor | null | undefined)[];
  const isTooShort = signature.slice(grads.length).some((argument) => argument?.needsGrad);
  if (isTooShort || grads.slice(signature.length).some((g) => g !== null && g !== undefined))
    throw new GradError(
      cls.name,
      `backward must give a gradient for each of ${signature.length} arguments, but gave ${grads.length}`,
    );
  return signature.flatMap((argument, i) => {
    const g = grads[i] ?? null;
    if (argument === null) {
      if (g !== null) throw new GradError(cls.name, `backward gave a gradient for argument ${i}, which is no tensor`);
      return [];
    }
    if (g !== null && !sumsTo(g.shape, argument.shape))
      throw new ShapeError(cls.name, `backward gave a gradient for argument ${i} that does not fit it`, [
        argument.shape,
        g.shape,
      ]);
    return [g];
  });
}

/** Returns whether a gradient of shape `g` becomes one of shape `x` by summing over broadcast dimensions. */
function sumsTo(g: Shape, x: Shape): boolean {
  try {
    return sameShape(broadcastShapes("backward", [g, x]), g);
  } catch {
    return false;
  }
}

/** Returns the tangents of the outputs, by the class's `jvp`. */
export function callJvp(
  cls: FunctionClass,
  ctx: FunctionContext,
  tangents: Gradients,
  signature: readonly (Argument | null)[],
): (Tensor | null)[] {
  let next = 0;
  const given = signature.map((argument) => (argument === null ? null : (tangents[next++] ?? null)));
  const result = (cls.jvp as StaticMethod).call(cls, ctx, ...given);
  return (Array.isArray(result) ? result : [result]) as (Tensor | null)[];
}

/** Returns the outputs for a batch, by the class's `vmap`, as tensors batched at `level`. */
export function callVmap(cls: FunctionClass, args: readonly unknown[], level: Level): unknown {
  const isBatched = args.map((x) => x instanceof Tensor && batchOf(x)?.level === level);
  const values = args.map((x, i) => (isBatched[i] ? batchOf(x as Tensor)?.value : x));
  const inDims = isBatched.map((batched) => (batched ? 0 : null));
  const result = (cls.vmap as StaticMethod).call(cls, { batchSize: level.size }, inDims, ...values);
  if (!Array.isArray(result) || result.length !== 2)
    throw new ArgumentError(
      cls.name,
      "vmap must return a pair: the outputs, and the dimension of the batch in each, or null",
    );
  const [outputs, outDims] = result as [unknown, unknown];
  const wrap = (y: unknown, dim: unknown): unknown => {
    if (!(y instanceof Tensor) || dim === null) return y;
    const d = dim as number;
    return batchedTensor(d === 0 ? y : y.permute([d, ...[...y.shape.keys()].filter((k) => k !== d)]), level);
  };
  if (!Array.isArray(outputs)) return wrap(outputs, Array.isArray(outDims) ? outDims[0] : outDims);
  return outputs.map((y: unknown, i) => wrap(y, Array.isArray(outDims) ? outDims[i] : outDims));
}
