/** `customVjp`: a function with its own cotangent rule. */
import { isGradEnabled } from "../tape/graph/mode.ts";
import { ArgumentError, GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { recordBatchedCustomOp, requiresGradient, templateOf } from "./batched-custom-op.ts";

/** A function whose cotangent rule can be defined. */
export interface CustomVjp<A extends readonly unknown[]> {
  (...args: A): Tensor;
  /** Defines the rule as a pair: `forward` returns the value and residuals, `backward` the cotangents of the tensors among the arguments. Returns the function. */
  defvjp<R>(
    forward: (...args: A) => readonly [value: Tensor, residuals: R],
    backward: (residuals: R, g: Tensor) => readonly (Tensor | null)[],
  ): CustomVjp<A>;
}

/**
 * Returns `f` with its own cotangent rule, as JAX's `custom_vjp`: define it with `defvjp(forward, backward)`. `backward` receives the residuals of `forward` and
 * returns a cotangent for each tensor among the arguments, in order, `null` for zero; other arguments are not differentiated. Forward mode is not available.
 * @throws GradError when the function is differentiated before a rule is defined; ArgumentError where `backward` returns another number of cotangents.
 * @example
 * const clipped = func.customVjp((x: Tensor) => x);
 * clipped.defvjp((x) => [x, null], (_residuals, g) => [g.clamp(-1, 1)]);
 * func.grad((x: Tensor) => clipped(x).mul(5))(tensor(2)).item(); // 1
 */
export function customVjp<A extends readonly unknown[]>(f: (...args: A) => Tensor): CustomVjp<A> {
  type Forward = (...args: A) => readonly [Tensor, unknown];
  type Backward = (residuals: unknown, g: Tensor) => readonly (Tensor | null)[];
  let rules: readonly [Forward, Backward] | null = null;
  const name = f.name === "" ? "customVjp" : f.name;
  const call = (...args: A): Tensor => {
    const tensors = args.filter((x): x is Tensor => typeof x === "object" && x !== null && "storage" in x);
    if (!isGradEnabled() || !tensors.some(requiresGradient)) return f(...args);
    if (rules === null) throw new GradError(name, "define its rules with defvjp before it is differentiated");
    const [forward, backward] = rules;
    // residuals stay on the tape, so that the rule can be differentiated
    const [y, residuals] = forward(...args);
    const template = templateOf(args);
    const { outputs } = recordBatchedCustomOp(
      {
        name,
        vjp: ([g]) => {
          if (g === null) return tensors.map(() => null);
          const cotangents = backward(residuals, g);
          if (cotangents.length !== tensors.length)
            throw new ArgumentError(
              name,
              `backward must give ${tensors.length} cotangents, but gave ${cotangents.length}`,
            );
          return cotangents;
        },
        rerun: (given) => [call(...(template(given) as unknown as A))],
      },
      tensors,
      [y.detach()],
    );
    return outputs[0];
  };
  const made: CustomVjp<A> = Object.assign(call, {
    defvjp: (forward: Forward, backward: Backward) => {
      rules = [forward, backward];
      return made;
    },
  }) as CustomVjp<A>;
  return made;
}
