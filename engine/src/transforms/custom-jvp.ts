/** `customJvp`: a function with its own tangent rule. */
import { isGradEnabled, noGrad } from "../tape/graph/mode.ts";
import { zeros } from "../tensor/create.ts";
import { GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { recordBatchedCustomOp, requiresGradient } from "./batched-custom-op.ts";
import { vjp } from "./vjp.ts";

/** A tangent rule: returns the value and its tangent, which must be linear in the tangents of the arguments. */
export type JvpRule<A extends readonly Tensor[]> = (
  primals: A,
  tangents: A,
) => readonly [value: Tensor, tangent: Tensor];

/** A tangent rule for one argument: returns the contribution of its tangent to the tangent of the value. */
export type ArgumentRule<A extends readonly Tensor[]> = (tangent: Tensor, value: Tensor, ...primals: A) => Tensor;

/** A function whose tangent rule can be defined. */
export interface CustomJvp<A extends readonly Tensor[]> {
  (...args: A): Tensor;
  /** Defines the rule, and returns the function. */
  defjvp(rule: JvpRule<A>): CustomJvp<A>;
  /** Defines a rule `(tangent, value, ...primals)` for each argument, `null` for none, and returns the function. The contributions are added. */
  defjvps(...rules: readonly (ArgumentRule<A> | null)[]): CustomJvp<A>;
}

/**
 * Returns `f` with its own tangent rule, as JAX's `custom_jvp`: define it with `defjvp` or `defjvps`. Reverse mode transposes the rule, and higher orders
 * differentiate it.
 * @throws GradError when the function is differentiated before a rule is defined.
 * @example
 * const log1pexp = func.customJvp((x: Tensor) => x.exp().add(1).log());
 * log1pexp.defjvp(([x], [t]) => [log1pexp(x), t.mul(x.sigmoid())]);
 * func.grad(log1pexp)(tensor(100)).item(); // 1
 */
export function customJvp<A extends readonly Tensor[]>(f: (...args: A) => Tensor): CustomJvp<A> {
  let definition: JvpRule<A> | null = null;
  const name = f.name === "" ? "customJvp" : f.name;
  const call = (...args: A): Tensor => {
    if (!isGradEnabled() || !args.some(requiresGradient)) return f(...args);
    const rule = definition;
    if (rule === null) throw new GradError(name, "define its rule with defjvp before it is differentiated");
    const zerosLike = (x: Tensor): Tensor => zeros(x.shape, { dtype: x.dtype });
    const { outputs } = recordBatchedCustomOp(
      {
        name,
        push: (tangents) => [rule(args, args.map((x, i) => tangents[i] ?? zerosLike(x)) as unknown as A)[1]],
        vjp: ([g]) => {
          if (g === null) return args.map(() => null);
          // the rule is linear in the tangents, so its transpose is its gradient, taken at 0
          const [, pull] = vjp((...t: Tensor[]) => rule(args, t as unknown as A)[1], ...args.map(zerosLike));
          return pull(g);
        },
        rerun: (given) => [call(...(given as A))],
      },
      args,
      [noGrad(() => f(...args)).detach()],
    );
    return outputs[0];
  };
  const made: CustomJvp<A> = Object.assign(call, {
    defjvp: (rule: JvpRule<A>) => {
      definition = rule;
      return made;
    },
    defjvps: (...rules: readonly (ArgumentRule<A> | null)[]) =>
      made.defjvp((primals, tangents) => {
        const y = made(...primals);
        const parts = rules.flatMap((rule, i) => (rule === null ? [] : [rule(tangents[i], y, ...primals)]));
        return [y, parts.length === 0 ? y.mul(0) : parts.reduce((a, b) => a.add(b))];
      }),
  });
  return made;
}
