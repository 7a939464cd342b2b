/** Rules of one's own in JAX's manner: tangents, from which cotangents follow, or cotangents with residuals. */
import { isGradEnabled, noGrad } from "../tape/graph/mode.ts";
import { zeros } from "../tensor/create.ts";
import { ArgumentError, GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { recordHere, wantsGradient } from "./custom-op.ts";
import { vjp } from "./vjp.ts";

/** The value, and its tangent from those of the arguments, in which it must be linear. */
export type JvpRule<A extends readonly Tensor[]> = (
  primals: A,
  tangents: A,
) => readonly [value: Tensor, tangent: Tensor];

/** What a tangent of one argument adds to that of the value. */
export type ArgumentRule<A extends readonly Tensor[]> = (tangent: Tensor, value: Tensor, ...primals: A) => Tensor;

/** A function with a tangent rule to be defined. */
export interface CustomJvp<A extends readonly Tensor[]> {
  (...args: A): Tensor;
  /** Defines the rule; gives the function. */
  defjvp(rule: JvpRule<A>): CustomJvp<A>;
  /** The same with a rule for each argument, `(tangent, value, ...primals)`, whose results add up; `null` for none. */
  defjvps(...rules: readonly (ArgumentRule<A> | null)[]): CustomJvp<A>;
}

/**
 * A function whose tangent rule is its own, as JAX's `custom_jvp`. Reverse mode follows by transposing the rule, and higher orders by differentiating it.
 * @throws GradError where a derivative is wanted and no rule was defined.
 * @example
 * const log1pexp = func.customJvp((x: Tensor) => x.exp().add(1).log());
 * log1pexp.defjvp(([x], [t]) => [log1pexp(x), t.mul(x.sigmoid())]);
 * func.grad(log1pexp)(tensor(100)).item(); // 1
 */
export function customJvp<A extends readonly Tensor[]>(f: (...args: A) => Tensor): CustomJvp<A> {
  let rule: JvpRule<A> | null = null;
  const name = f.name === "" ? "customJvp" : f.name;
  const call = (...args: A): Tensor => {
    if (!isGradEnabled() || !args.some(wantsGradient)) return f(...args);
    const defined = rule;
    if (defined === null) throw new GradError(name, "define its rule with defjvp before it is differentiated");
    const zeroOf = (x: Tensor): Tensor => zeros(x.shape, { dtype: x.dtype });
    const { outputs } = recordHere(
      {
        name,
        push: (tangents) => [defined(args, args.map((x, i) => tangents[i] ?? zeroOf(x)) as unknown as A)[1]],
        vjp: ([g]) => {
          if (g === null) return args.map(() => null);
          // what is linear in the tangents has the same transpose everywhere
          const [, pull] = vjp((...t: Tensor[]) => defined(args, t as unknown as A)[1], ...args.map(zeroOf));
          return pull(g);
        },
      },
      args,
      [noGrad(() => f(...args)).detach()],
    );
    return outputs[0];
  };
  const made: CustomJvp<A> = Object.assign(call, {
    defjvp: (given: JvpRule<A>) => {
      rule = given;
      return made;
    },
    defjvps: (...rules: readonly (ArgumentRule<A> | null)[]) =>
      made.defjvp((primals, tangents) => {
        const y = made(...primals);
        const parts = rules.flatMap((each, i) => (each === null ? [] : [each(tangents[i], y, ...primals)]));
        return [y, parts.length === 0 ? y.mul(0) : parts.reduce((a, b) => a.add(b))];
      }),
  });
  return made;
}

/** A function with rules to be defined: forward gives value and residuals, backward the cotangents of the arguments. */
export interface CustomVjp<A extends readonly unknown[]> {
  (...args: A): Tensor;
  /** Defines the rules; gives the function. */
  defvjp<R>(
    forward: (...args: A) => readonly [value: Tensor, residuals: R],
    backward: (residuals: R, g: Tensor) => readonly (Tensor | null)[],
  ): CustomVjp<A>;
}

/**
 * A function whose gradient rule is its own, as JAX's `custom_vjp`: what `forward` leaves as residuals is handed to `backward`, which gives a cotangent for each tensor among the
 * arguments, in order. Arguments that are no tensors are not differentiated. Forward mode does not go through it.
 * @throws GradError where a derivative is wanted and no rules were defined.
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
    if (!isGradEnabled() || !tensors.some(wantsGradient)) return f(...args);
    if (rules === null) throw new GradError(name, "define its rules with defvjp before it is differentiated");
    const [forward, backward] = rules;
    // residuals keep their place on the tape, so that the rule can be differentiated
    const [y, residuals] = forward(...args);
    const { outputs } = recordHere(
      {
        name,
        vjp: ([g]) => {
          if (g === null) return tensors.map(() => null);
          const found = backward(residuals, g);
          if (found.length !== tensors.length)
            throw new ArgumentError(name, `backward must give ${tensors.length} cotangents, but gave ${found.length}`);
          return found;
        },
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
