/** Straight-through estimators: the derivative of a surrogate in place of that of a step function. */
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";

/** Returns the elements of `value`, with the gradient of `surrogate`. */
export const withGradientOf = (value: Tensor, surrogate: Tensor): Tensor =>
  customGradient((_surrogate: Tensor) => [value.detach(), (g: Tensor) => g])(surrogate);

/**
 * Returns a function that computes `f` in the forward pass and the derivative of `surrogate`, by default the identity, in the backward pass. `f` takes and returns a
 * tensor of one shape. The gradient is biased: it is that of the surrogate at x, not that of the expected loss. Source: Bengio, Léonard and Courville, 2013.
 * @example
 * const x = tensor([0.4, 1.6], { requiresGrad: true });
 * const y = estimators.straightThrough((t: Tensor) => t.round())(x);
 * y.toArray(); // [0, 2]
 * y.sum().backward();
 * x.grad!.toArray(); // [1, 1]
 */
export function straightThrough(
  f: (x: Tensor) => Tensor,
  surrogate: (x: Tensor) => Tensor = (x) => x,
): (x: Tensor) => Tensor {
  return (x) => withGradientOf(f(x.detach()), surrogate(x));
}
