/** Taylor series of a function along a line. */
import { div } from "../ops/elementwise/division.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jvp } from "./jvp.ts";

/**
 * The coefficients c₀ … c of `order` of f(x + t v) = Σ cₖ tᵏ, where cₖ is the k-th derivative along v over k!. Each derivative is forward mode over
 * the one before, so that the work doubles with each order: meant for small functions, and orders up to 10 or so. Differentiable itself.
 * @throws ArgumentError for an order that is no integer of at least 0; as `jvp` does.
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
