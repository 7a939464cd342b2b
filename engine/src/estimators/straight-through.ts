/** Gradients of steps by pretending that they are lines. */
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";

/** The elements of `value`, with the gradient of `line`. */
export const withGradientOf = (value: Tensor, line: Tensor): Tensor =>
  customGradient((_line: Tensor) => [value.detach(), (g: Tensor) => g])(line);

/**
 * `f` forward, and a stand-in backward: the identity, or the derivative of `surrogate`. Biased: the gradient is that of the stand-in at x, not that
 * of the expected loss. For functions of one tensor that keep its shape. Source: Bengio, Léonard and Courville, 2013.
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
