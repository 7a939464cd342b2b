/** Operations with gradients written by hand. */
import { batchedTensor, batchOf, innermost, type Level } from "../dispatch/batched.ts";
import { place } from "../ops/inplace.ts";
import { isGradEnabled, noGrad } from "../tape/graph/mode.ts";
import { zeros } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, GradError, ShapeError } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { broadcastShapes, type Shape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { recordHere, wantsGradient } from "./custom-op.ts";
import { FunctionContext } from "./function-context.ts";

/** What a class of a function looks like from outside. */
export interface FunctionClass {
  readonly name: string;
  readonly forward: (...args: never[]) => unknown;
  readonly backward: (...args: never[]) => unknown;
  readonly setupContext?: ((...args: never[]) => void) | undefined;
  readonly jvp?: ((...args: never[]) => unknown) | undefined;
  readonly vmap?: ((...args: never[]) => unknown) | undefined;
}

type Tail<A> = A extends readonly [unknown, ...infer R] ? R : never;

/** Arguments of `apply`: those of forward, without the context where it takes one. */
export type FunctionArguments<C extends FunctionClass> = C["setupContext"] extends (...args: never[]) => void
  ? Parameters<C["forward"]>
  : Tail<Parameters<C["forward"]>>;

/**
 * An operation with a gradient of its own. `forward` runs off the tape; `backward` gets the cotangents of the outputs, and gives one for each
 * argument, `null` for what has none. With `setupContext`, forward takes the arguments alone. On the tape it has the name of the class.
 * @example
 * class Cube extends autograd.Function {
 *   static forward(ctx: FunctionContext, x: Tensor): Tensor {
 *     ctx.saveForBackward(x);
 *     return x.mul(x).mul(x);
 *   }
 *   static backward(ctx: FunctionContext, g: Tensor): Tensor {
 *     const [x] = ctx.savedTensors;
 *     return g.mul(x).mul(x).mul(3);
 *   }
 * }
 * const x = tensor(2, { requiresGrad: true });
 * Cube.apply(x).backward();
 * x.grad!.item(); // 12
 */
// oxlint-disable-next-line typescript/no-extraneous-class -- a class is what carries the static methods
export abstract class Function {
  /** What is computed: with a context first, unless there is a `setupContext`. */
  static forward(..._args: never[]): unknown {
    throw new GradError("Function", "write a static forward");
  }

  /** Cotangents of the arguments. */
  static backward(..._args: never[]): unknown {
    throw new GradError("Function", "write a static backward");
  }

  /** Notes what backward needs: `(ctx, inputs, output)`. */
  static setupContext?: ((...args: never[]) => void) | undefined;

  /** Tangents of the outputs: `(ctx, ...tangents)`, `null` for an argument that has none. Forward mode needs it. */
  static jvp?: ((...args: never[]) => unknown) | undefined;

  /**
   * Outputs for a batch: `({ batchSize }, inDims, ...args)`, giving `[outputs, outDims]`. Without it, vmap runs forward and backward on examples,
   * which is right for all that is made of ops.
   */
  static vmap?: ((...args: never[]) => unknown) | undefined;

  /** Runs forward, and records the operation if an argument requires a gradient. */
  static apply<C extends FunctionClass>(this: C, ...args: FunctionArguments<C>): ReturnType<C["forward"]> {
    return applyFunction(this, args) as ReturnType<C["forward"]>;
  }
}

type Call = (...args: unknown[]) => unknown;

function applyFunction(own: FunctionClass, args: readonly unknown[]): unknown {
  const level = innermost(args.filter((x) => x instanceof Tensor));
  if (level !== null && own.vmap !== undefined) return applyMapped(own, args, level);
  const wants = args.map((x) => isGradEnabled() && x instanceof Tensor && wantsGradient(x));
  const ctx = new FunctionContext(wants);
  const result = noGrad(() => {
    if (own.setupContext === undefined) return (own.forward as Call).call(own, ctx, ...args);
    const output = (own.forward as Call).call(own, ...args);
    (own.setupContext as Call).call(own, ctx, args, output);
    return output;
  });
  const list = Array.isArray(result) ? (result as readonly unknown[]) : [result];
  const { dirty, constant } = ctx.marks;
  for (const t of dirty) {
    if (!list.includes(t)) throw new GradError(own.name, "what markDirty names must be returned");
    if (t.isLeaf && t.requiresGrad && isGradEnabled())
      throw new GradError(own.name, "a leaf that requires a gradient cannot be changed in place");
  }
  if (!wants.includes(true)) return result;
  const inputs = args.filter((x) => x instanceof Tensor);
  // an input that is returned gets an alias with an edge of its own
  const outputs = list.map((y) => (y instanceof Tensor && inputs.includes(y) ? y.detach() : y));
  const onTape = outputs.flatMap((y, i) =>
    y instanceof Tensor && isFloating(y.dtype) && !constant.has(list[i] as Tensor) ? [i] : [],
  );
  if (onTape.length === 0) return result;
  const made = onTape.map((i) => outputs[i] as Tensor);
  // the rule must not keep the arguments' elements
  const slots = args.map((x, i): Slot => (x instanceof Tensor ? { shape: x.shape, wanted: wants[i] } : null));
  const metas = made.map((y) => y.meta);
  ctx.attach((saved) => {
    const recorded = recordHere(
      {
        name: own.name === "" ? "Function" : own.name,
        saved: saved.map((t) => (t === null || !list.includes(t) ? t : (outputs[list.indexOf(t)] as Tensor))),
        vjp: (cotangents) => pullBack(own, ctx, cotangents, metas, slots),
        push: own.jvp === undefined ? undefined : (tangents) => pushForward(own, ctx, tangents, slots),
      },
      inputs,
      made,
    );
    onTape.forEach((i, k) => {
      outputs[i] = recorded.outputs[k];
    });
    return recorded.node;
  });
  list.forEach((y, i) => {
    if (!(y instanceof Tensor && dirty.has(y))) return;
    // the input itself moves to where its alias is, with its base and the gradient that it retains
    place(y, outputs[i] as Tensor);
    outputs[i] = y;
  });
  return Array.isArray(result) ? outputs : outputs[0];
}

/** Calls the class's own rule for a batch. */
function applyMapped(own: FunctionClass, args: readonly unknown[], level: Level): unknown {
  const mine = args.map((x) => x instanceof Tensor && batchOf(x)?.level === level);
  const values = args.map((x, i) => (mine[i] ? batchOf(x as Tensor)?.value : x));
  const dims = mine.map((m) => (m ? 0 : null));
  const result = (own.vmap as Call).call(own, { batchSize: level.size }, dims, ...values);
  if (!Array.isArray(result) || result.length !== 2)
    throw new ArgumentError(
      own.name,
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

/** Calls jvp with a tangent for each argument. */
function pushForward(
  own: FunctionClass,
  ctx: FunctionContext,
  tangents: readonly (Tensor | null)[],
  slots: readonly Slot[],
): (Tensor | null)[] {
  let at = 0;
  const given = slots.map((slot) => (slot === null ? null : (tangents[at++] ?? null)));
  const result = (own.jvp as Call).call(own, ctx, ...given);
  return (Array.isArray(result) ? result : [result]) as (Tensor | null)[];
}

/** What an argument is to its gradient; `null` for what is no tensor. */
type Slot = { readonly shape: Shape; readonly wanted: boolean } | null;

/** Calls backward and orders what it gives by the tensors among the arguments. */
function pullBack(
  own: FunctionClass,
  ctx: FunctionContext,
  cotangents: readonly (Tensor | null)[],
  outputs: readonly Meta[],
  slots: readonly Slot[],
): (Tensor | null)[] {
  const given = ctx.marks.materialize
    ? cotangents.map((g, i) => g ?? zeros(outputs[i].shape, { dtype: outputs[i].dtype }))
    : cotangents;
  const result = (own.backward as Call).call(own, ctx, ...given);
  const grads = (Array.isArray(result) ? result : [result]) as readonly (Tensor | null | undefined)[];
  const tooFew = grads.length < slots.length && slots.slice(grads.length).some((s) => s?.wanted);
  if (tooFew || grads.slice(slots.length).some((g) => g !== null && g !== undefined))
    throw new GradError(
      own.name,
      `backward must give a gradient for each of ${slots.length} arguments, but gave ${grads.length}`,
    );
  return slots.flatMap((slot, i) => {
    const g = grads[i] ?? null;
    if (slot === null) {
      if (g !== null) throw new GradError(own.name, `backward gave a gradient for argument ${i}, which is no tensor`);
      return [];
    }
    if (g !== null && !fits(g.shape, slot.shape))
      throw new ShapeError(own.name, `backward gave a gradient for argument ${i} that does not fit it`, [
        slot.shape,
        g.shape,
      ]);
    return [g];
  });
}

/** Whether summing over broadcast dimensions makes the one of the other. */
function fits(g: Shape, x: Shape): boolean {
  try {
    return sameShape(broadcastShapes("backward", [g, x]), g);
  } catch {
    return false;
  }
}
