/** Functions with their own gradient, and functions that limit differentiation: `customGradient`, `onceDifferentiable`, `stopGradient`. */
import { enableGrad, isGradEnabled, noGrad } from "../tape/graph/mode.ts";
import { GradError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { recordBatchedCustomOp, requiresGradient } from "./batched-custom-op.ts";

/**
 * Wraps the `backward` of a `Function` so that it runs off the tape, and differentiating its result throws GradError instead of giving a silent zero. The
 * decorator `once_differentiable` of PyTorch.
 * @example
 * const once = autograd.onceDifferentiable((_ctx: FunctionContext, g: Tensor) => g.mul(2));
 * once(null as never, tensor(3)).item(); // 6
 */
export function onceDifferentiable<A extends readonly unknown[], R>(backward: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const result = noGrad(() => backward(...args));
    const sources = args.filter((x) => x instanceof Tensor && requiresGradient(x)) as Tensor[];
    if (!isGradEnabled() || sources.length === 0) return result;
    const outputs = (Array.isArray(result) ? result : [result]).filter((g) => g instanceof Tensor);
    const { outputs: onTape } = recordBatchedCustomOp(
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
    const placed = (y: unknown): unknown => onTape[outputs.indexOf(y)] ?? y;
    return (Array.isArray(result) ? result.map(placed) : placed(result)) as R;
  };
}

/** A function that returns a value and its gradient rule, which maps the cotangent of the value to those of the arguments. */
export type WithGradient<A extends readonly Tensor[]> = (
  ...args: A
) => readonly [y: Tensor, grad: (upstream: Tensor) => Tensor | null | readonly (Tensor | null)[]];

/**
 * Returns a function with its own gradient, as TensorFlow's `custom_gradient`. `f` returns the value and a rule from the cotangent of the value to the
 * cotangents of the arguments: a tensor, or a list with one for each argument and `null` for zero. A rule written in ops is differentiable. The tape shows the
 * function under the name of `f`.
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
    if (!isGradEnabled() || !args.some(requiresGradient)) return f(...args)[0];
    const [y, rule] = enableGrad(() => f(...args));
    const { outputs } = recordBatchedCustomOp(
      {
        name: f.name === "" ? "customGradient" : f.name,
        vjp: ([g]) => {
          const grads = g === null ? [] : rule(g);
          return Array.isArray(grads) ? (grads as readonly (Tensor | null)[]) : [grads as Tensor | null];
        },
        rerun: (given) => [customGradient(f)(...(given as A))],
      },
      args,
      [y.detach()],
    );
    return outputs[0];
  };
}

/**
 * Returns the tensors of a tensor, list or plain record detached from the tape, so that they count as constants. They share their elements with the originals;
 * other values are returned as they are.
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
