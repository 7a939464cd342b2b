/** Derivatives of elementwise ops, by which cotangents and tangents are multiplied. */

import type { ComplexNumber } from "../tensor/complex.ts";
import { zerosLike } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { toOperand } from "./operand.ts";
import type { RuleContext } from "./spec.ts";

/** The ops that elementwise rules use. They are defined in a layer above, which sets them. */
interface Arithmetic {
  mul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  neg(x: Tensor): Tensor;
}
let arithmetic: Arithmetic;

/** Sets the ops that elementwise rules use. */
export const setArithmetic = (ops: Arithmetic): void => {
  arithmetic = ops;
};

/** Returns the derivative, by differentiable ops: the factor of the cotangent. */
export type Factor = (ctx: RuleContext<null>) => Tensor;

/**
 * A function of the cotangent or tangent, where multiplication by the derivative could give NaN. At a kink it selects, element by element, the cotangent or 0: a
 * factor of 0 would turn an infinite cotangent into NaN. In a quotient it divides, as 1 / x would overflow for a denormal x.
 */
export interface Selection {
  readonly select: (g: Tensor, ctx: RuleContext<null>) => Tensor;
}

/** The derivative of a step function, 0 everywhere. */
export const zeroDerivative: Selection = { select: (g) => zerosLike(g) };

/** The derivative with respect to one operand; 1 and -1 need no multiplication. */
export type Partial = Factor | Selection | 1 | -1;

/** Returns the cotangent, or tangent, times a number; times 0 it is 0 even where it is infinite. */
export const scaled = (g: Tensor, factor: number): Tensor =>
  factor === 0 ? zerosLike(g) : factor === 1 ? g : arithmetic.mul(g, toOperand("mul", factor));

/** Returns the cotangent, or tangent, times the derivative. */
export function through(g: Tensor, partial: Partial, ctx: RuleContext<null>): Tensor {
  if (partial === 1) return g;
  if (partial === -1) return arithmetic.neg(g);
  return typeof partial === "function" ? arithmetic.mul(g, partial(ctx)) : partial.select(g, ctx);
}

/** A real function of complex numbers, with rules of its own. */
export interface RealOfComplex {
  readonly f: (z: ComplexNumber) => number;
  readonly vjp: (g: Tensor, ctx: RuleContext<null>) => Tensor;
  readonly jvp: (t: Tensor, ctx: RuleContext<null>) => Tensor;
}

/** Returns the sum of two terms. */
export const addTerms = (a: Tensor, b: Tensor): Tensor => arithmetic.add(a, b);
