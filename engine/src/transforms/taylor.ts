/** `taylor`: Taylor coefficients of a function along a line. */
import { div } from "../ops/elementwise/division.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jvp } from "./jvp.ts";

/**
 * Returns the Taylor coefficients c₀ … cₙ, with n = `order`, of f(x + t v) = Σ cₖ tᵏ: cₖ is the k-th derivative along v, divided by k!. Each order is forward mode
 * over the one before, so the work doubles with each; meant for small functions and orders up to about 10. The coefficients are differentiable.
 * @throws ArgumentError for an order that is not an integer of at least 0. Throws as `jvp` does for another shape of v, or a missing tangent rule.
 * @example func.taylor((t) => t.exp(), tensor(0), tensor(1), 2).map((c) => c.item()); // [1, 1, 0.5]
 */
export function taylor(f: (x: Tensor) => Tensor, x: Tensor, v: Tensor, order: number): Tensor[] {
  if (!Number.isInteger(order) || order < 0)
    throw new ArgumentError("taylor", `the order must be an integer of at least 0, but got ${order}`);
  const coefficients = [f(x)];
  let derivative = f;
  let factorial = 1;
  for (let k = 1; k <= order; k++) {
    const lower = derivative;
    derivative = (y) => jvp(lower, [y], [v])[1];
    factorial *= k;
    coefficients.push(div(derivative(x), factorial));
  }
  return coefficients;
}
