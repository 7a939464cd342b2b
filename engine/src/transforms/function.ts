/** Operations with gradients written by hand. */
import { batchOf, exampleOf, innermost, type Level } from "../op/batched.ts";
import { recordOwn } from "../op/own.ts";
import { enableGrad, isGradEnabled, noGrad } from "../tape/mode.ts";
import type { Meta, Node } from "../tape/node.ts";
import { zeros } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, GradError, ShapeError } from "../tensor/errors.ts";
import { broadcastShapes, type Shape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { recordHere, wantsGradient } from "./own.ts";

/** What forward leaves for backward. */
export class FunctionContext {
  /** Which arguments want a gradient. */
  readonly needsInputGrad: readonly boolean[];
  #toSave: readonly (Tensor | null)[] = [];
  #node: Node | null = null;
  readonly #dirty = new Set<Tensor>();
  readonly #constant = new Set<Tensor>();
  #materialize = true;
  /** Whatever else forward notes. */
  [name: string]: unknown;

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  /** Keeps inputs, outputs or other tensors; changes in place are noticed, and hooks on saved tensors see them. */
  saveForBackward(...tensors: readonly (Tensor | null)[]): void {
    this.#toSave = tensors;
  }

  /** What was saved. @throws GradError when it was changed in place since, or freed by an earlier backward. */
  get savedTensors(): readonly Tensor[] {
    const node = this.#node;
    return this.#toSave.map((t, i) => (node === null ? t : t === null ? null : node.savedAt(i))) as Tensor[];
  }

  /** Says which inputs were changed in place; they must be returned. */
  markDirty(...tensors: readonly Tensor[]): void {
    for (const t of tensors) this.#dirty.add(t);
  }

  /** Says which outputs have no gradient. */
  markNonDifferentiable(...tensors: readonly Tensor[]): void {
    for (const t of tensors) this.#constant.add(t);
  }

  /** Whether backward gets zeros, the default, or `null` for an output that nothing used. */
  setMaterializeGrads(value: boolean): void {
    this.#materialize = value;
  }

  /** @internal */
  get marks(): {
    readonly dirty: ReadonlySet<Tensor>;
    readonly constant: ReadonlySet<Tensor>;
    readonly materialize: boolean;
  } {
    return { dirty: this.#dirty, constant: this.#constant, materialize: this.#materialize };
  }

  /** @internal Hands what is to be saved to the node. */
  attach(save: (tensors: readonly (Tensor | null)[]) => Node): void {
    const tensors = this.#toSave;
    this.#node = save(tensors);
    // the node keeps them, as long as it is not released
    this.#toSave = tensors.map((t) => (t === null ? null : placeholder));
  }
}

const placeholder: Tensor = zeros([]);

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
  // an input that is returned is another tensor on the tape
  const outputs = list.map((y) => (y instanceof Tensor && inputs.includes(y) && !dirty.has(y) ? y.detach() : y));
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
    return exampleOf(d === 0 ? y : y.permute([d, ...[...y.shape.keys()].filter((k) => k !== d)]), level);
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

/**
 * A `backward` whose own derivative is an error instead of a silent zero.
 * @example
 * const once = autograd.onceDifferentiable((_ctx: FunctionContext, g: Tensor) => g.mul(2));
 * once(null as never, tensor(3)).item(); // 6
 */
export function onceDifferentiable<A extends readonly unknown[], R>(backward: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const result = noGrad(() => backward(...args));
    const sources = args.filter((x) => x instanceof Tensor && x.requiresGrad) as Tensor[];
    if (!isGradEnabled() || sources.length === 0) return result;
    const outputs = (Array.isArray(result) ? result : [result]).filter((g) => g instanceof Tensor);
    recordOwn(
      {
        name: "onceDifferentiable",
        vjp: () => {
          throw new GradError(
            "onceDifferentiable",
            "this gradient was marked as one that cannot be differentiated again",
          );
        },
      },
      sources,
      outputs,
    );
    return result;
  };
}

/** What `customGradient` asks of a function: the result, and the gradients of the arguments from that of the result. */
export type WithGradient<A extends readonly Tensor[]> = (
  ...args: A
) => readonly [y: Tensor, grad: (upstream: Tensor) => Tensor | null | readonly (Tensor | null)[]];

/**
 * A function with a gradient of its own, as TensorFlow's `custom_gradient`: `f` gives the result, and a function from the cotangent of the result to
 * those of the arguments.
 * @example
 * const log1pexp = autograd.customGradient((x: Tensor) => {
 *   const e = x.exp();
 *   return [e.add(1).log(), (g: Tensor) => g.mul(e.add(1).reciprocal().neg().add(1))];
 * });
 * const x = tensor(0, { requiresGrad: true });
 * log1pexp(x).backward();
 * x.grad!.item(); // 0.5
 */
export function customGradient<A extends readonly Tensor[]>(f: WithGradient<A>): (...args: A) => Tensor {
  return (...args) => {
    if (!isGradEnabled() || !args.some(wantsGradient)) return f(...args)[0];
    const [y, rule] = enableGrad(() => f(...args));
    const { outputs } = recordHere(
      {
        name: f.name === "" ? "customGradient" : f.name,
        vjp: ([g]) => {
          const grads = g === null ? [] : rule(g);
          return Array.isArray(grads) ? (grads as readonly (Tensor | null)[]) : [grads as Tensor | null];
        },
      },
      args,
      [y.detach()],
    );
    return outputs[0];
  };
}

/**
 * The same values off the tape, for a tensor or for all in a list or record.
 * @example
 * const x = tensor(3, { requiresGrad: true });
 * x.mul(autograd.stopGradient(x)).backward();
 * x.grad!.item(); // 3
 */
export function stopGradient<T>(x: T): T {
  if (x instanceof Tensor) return x.detach() as T;
  if (Array.isArray(x)) return x.map((v: unknown) => stopGradient(v)) as T;
  if (typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype)
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, stopGradient(v)])) as T;
  return x;
}
