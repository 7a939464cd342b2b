/** Second derivatives of scalar functions: `hessian`, `hvp`, `vhp`. */
import type { Tensor } from "../tensor/tensor.ts";
import { type Chosen, grad } from "./grad.ts";
import { type JacobianOf, type JacobianOptions, jacfwd, jacrev } from "./jacobian.ts";
import { jvp } from "./jvp.ts";
import { vjp } from "./vjp.ts";

/**
 * Returns a function of the same arguments that returns the Hessian of a scalar function, by forward mode over reverse mode: a tensor of shape [...input.shape,
 * ...input.shape], or such tensors in lists and records, in the form of the arguments twice.
 * @throws GradError for an operation without a tangent rule; DTypeError for an integer argument; ArgumentError for a position without an argument.
 * @example func.hessian((x: Tensor) => x.pow(3).sum())(tensor([1, 2])).toArray(); // [[6, 0], [0, 12]]
 */
export function hessian<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options: JacobianOptions<N> = {},
): (...args: A) => JacobianOf<Chosen<A, N>, Chosen<A, N>> {
  return jacfwd<A, Chosen<A, N>, N>(jacrev(f, options) as (...args: A) => never, options);
}

/** Returns the gradient of a scalar function with respect to all of its arguments. */
function gradientOf<A extends readonly unknown[]>(f: (...args: A) => Tensor, primals: A): (...args: A) => A {
  const argnums = primals.map((_, i) => i);
  return (...args) => grad(f, { argnums })(...args) as unknown as A;
}

/**
 * Returns the value of a scalar function at the primals and the Hessian-vector product Hv for the tangents, in the form of the list of primals. Forward mode over
 * reverse mode: costs a small multiple of the function, however many inputs there are.
 * @throws GradError when the function does not return a scalar, or for an operation without a tangent rule; ShapeError for a tangent of another shape.
 * @example
 * const [y, hv] = func.hvp((x: Tensor) => x.pow(3).sum(), [tensor([1, 2])], [tensor([1, 1])]);
 * y.item(); // 9
 * hv[0].toArray(); // [6, 12]
 */
export function hvp<const A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  primals: A,
  tangents: A,
): [value: Tensor, product: A] {
  const [, product] = jvp(gradientOf(f, primals), primals, tangents);
  return [f(...primals).detach(), product];
}

/**
 * Returns the value of a scalar function at the primals and the vector-Hessian product vᵀH for the cotangents, in the form of the list of primals. Reverse mode
 * over reverse mode, so no operation needs a tangent rule; equal to `hvp`, as the Hessian is symmetric.
 * @throws GradError when the function does not return a scalar; ShapeError for a cotangent of another shape.
 * @example
 * const [, vh] = func.vhp((x: Tensor) => x.pow(3).sum(), [tensor([1, 2])], [tensor([1, 1])]);
 * vh[0].toArray(); // [6, 12]
 */
export function vhp<const A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  primals: A,
  cotangents: A,
): [value: Tensor, product: A] {
  const [, pull] = vjp(gradientOf(f, primals), ...primals);
  return [f(...primals).detach(), pull(cotangents)];
}
