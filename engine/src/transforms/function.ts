/** `autograd.Function`: an operation with gradient rules written by hand. */
import { innermostLevel } from "../dispatch/batched.ts";
import { rebaseHistory } from "../ops/inplace.ts";
import { isGradEnabled, noGrad } from "../tape/graph/mode.ts";
import { takesGradients } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { recordBatchedCustomOp, requiresGradient, templateOf } from "./batched-custom-op.ts";
import { FunctionContext } from "./function-context.ts";
import { type Argument, callBackward, callJvp, callVmap, type StaticMethod } from "./function-rules.ts";

/** The static methods of a subclass of `Function`. */
export interface FunctionClass {
  readonly name: string;
  readonly forward: (...args: never[]) => unknown;
  readonly backward: (...args: never[]) => unknown;
  readonly setupContext?: ((...args: never[]) => void) | undefined;
  readonly jvp?: ((...args: never[]) => unknown) | undefined;
  readonly vmap?: ((...args: never[]) => unknown) | undefined;
}

type Tail<A> = A extends readonly [unknown, ...infer R] ? R : never;

/** Arguments of `apply`: those of forward, without the context where forward takes one. */
export type FunctionArguments<C extends FunctionClass> = C["setupContext"] extends (...args: never[]) => void
  ? Parameters<C["forward"]>
  : Tail<Parameters<C["forward"]>>;

/**
 * Base class of operations with their own gradient rule. A subclass defines static methods, and is applied as `MyFunction.apply(...args)`. `forward` runs off the
 * tape; `backward` receives the gradients of the outputs and returns one for each argument, `null` for an argument without a gradient. With `setupContext`,
 * `forward` takes the arguments without a context. The tape shows the operation under the name of the class. A `backward` written in ops is differentiable.
 * @throws GradError and ShapeError where `backward` returns another number of gradients, or one that does not fit its argument.
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
  /** Computes the outputs: `(ctx, ...args)`, or `(...args)` where there is a `setupContext`. */
  static forward(..._args: never[]): unknown {
    throw new GradError("Function", "write a static forward");
  }

  /** Computes the gradients of the arguments: `(ctx, ...gradOutputs)`. */
  static backward(..._args: never[]): unknown {
    throw new GradError("Function", "write a static backward");
  }

  /** Saves what backward needs in the context, after forward: `(ctx, inputs, output)`. */
  static setupContext?: ((...args: never[]) => void) | undefined;

  /** Computes the tangents of the outputs: `(ctx, ...tangents)`, with `null` for an argument without one. Forward mode requires it. */
  static jvp?: ((...args: never[]) => unknown) | undefined;

  /**
   * Computes the outputs for a batch: `({ batchSize }, inDims, ...args)`, and returns `[outputs, outDims]`. Without it, vmap runs forward and backward on
   * batched tensors, which is right for methods made of ops.
   */
  static vmap?: ((...args: never[]) => unknown) | undefined;

  /** Runs forward, and records the operation if an argument requires a gradient. */
  static apply<C extends FunctionClass>(this: C, ...args: FunctionArguments<C>): ReturnType<C["forward"]> {
    return applyFunction(this, args) as ReturnType<C["forward"]>;
  }
}

function applyFunction(cls: FunctionClass, args: readonly unknown[]): unknown {
  const level = innermostLevel(args.filter((x) => x instanceof Tensor));
  if (level !== null && cls.vmap !== undefined) return callVmap(cls, args, level);
  const needsGrad = args.map((x) => isGradEnabled() && x instanceof Tensor && requiresGradient(x));
  const ctx = new FunctionContext(needsGrad);
  const result = runForward(cls, ctx, args);
  const results = Array.isArray(result) ? (result as readonly unknown[]) : [result];
  checkDirty(cls, ctx, results);
  if (!needsGrad.includes(true)) return result;
  const outputs = recordOutputs(cls, ctx, args, results);
  if (outputs === null) return result;
  return Array.isArray(result) ? outputs : outputs[0];
}

function runForward(cls: FunctionClass, ctx: FunctionContext, args: readonly unknown[]): unknown {
  return noGrad(() => {
    if (cls.setupContext === undefined) return (cls.forward as StaticMethod).call(cls, ctx, ...args);
    const output = (cls.forward as StaticMethod).call(cls, ...args);
    (cls.setupContext as StaticMethod).call(cls, ctx, args, output);
    return output;
  });
}

function checkDirty(cls: FunctionClass, ctx: FunctionContext, results: readonly unknown[]): void {
  for (const t of ctx.settings.dirty) {
    if (!results.includes(t)) throw new GradError(cls.name, "an input passed to markDirty must be returned");
    if (t.isLeaf && t.requiresGrad && isGradEnabled())
      throw new GradError(cls.name, "a leaf that requires a gradient cannot be changed in place");
  }
}

/** Records the operation and returns its outputs, or `null` when no output is differentiable. */
function recordOutputs(
  cls: FunctionClass,
  ctx: FunctionContext,
  args: readonly unknown[],
  results: readonly unknown[],
): unknown[] | null {
  const { dirty, nonDifferentiable } = ctx.settings;
  const inputs = args.filter((x) => x instanceof Tensor);
  // an input that is returned gets an alias with an edge of its own
  const outputs = results.map((y) => (y instanceof Tensor && inputs.includes(y) ? y.detach() : y));
  const recorded = outputs.flatMap((y, i) =>
    y instanceof Tensor && takesGradients(y.dtype) && !nonDifferentiable.has(results[i] as Tensor) ? [i] : [],
  );
  if (recorded.length === 0) return null;
  const differentiable = recorded.map((i) => outputs[i] as Tensor);
  // shapes alone: the rules must not keep the elements of the arguments alive
  const signature = args.map((x, i): Argument | null =>
    x instanceof Tensor ? { shape: x.shape, needsGrad: ctx.needsInputGrad[i] } : null,
  );
  const metas = differentiable.map((y) => y.meta);
  const template = templateOf(args);
  const rerun = (given: readonly Tensor[]): readonly Tensor[] => {
    const again = applyFunction(cls, template(given));
    const list = Array.isArray(again) ? (again as readonly unknown[]) : [again];
    return recorded.map((i) => list[i] as Tensor);
  };
  ctx.attach((saved) => {
    const { node, outputs: onTape } = recordBatchedCustomOp(
      {
        name: cls.name === "" ? "Function" : cls.name,
        saved: saved.map((t) => (t === null || !results.includes(t) ? t : (outputs[results.indexOf(t)] as Tensor))),
        vjp: (cotangents) => callBackward(cls, ctx, cotangents, metas, signature),
        rerun,
        push: cls.jvp === undefined ? undefined : (tangents) => callJvp(cls, ctx, tangents, signature),
      },
      inputs,
      differentiable,
    );
    recorded.forEach((i, k) => {
      outputs[i] = onTape[k];
    });
    return node;
  });
  results.forEach((y, i) => {
    if (!(y instanceof Tensor && dirty.has(y))) return;
    const output = outputs[i] as Tensor;
    if (output.storage !== y.storage) noGrad(() => y.copy_(output));
    // an input changed in place takes the edge of its alias, with its base and the gradient that it retains
    rebaseHistory(y, output);
    outputs[i] = y;
  });
  return outputs;
}
