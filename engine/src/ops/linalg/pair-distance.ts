/** The distance of two points, and its derivative. */
import type { NumericArray } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs, sign } from "../elementwise/absolute.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { where } from "../elementwise/where.ts";
import { unsqueeze } from "../shape/expand.ts";
import { throughNorm } from "./vector-norm.ts";

/** Returns the norm of order p of the difference of two points of n coordinates. */
export function distance(x: NumericArray, z: NumericArray, i: number, j: number, n: number, p: number): number {
  let s = 0;
  if (p === 2) {
    for (let k = 0; k < n; k++) s += (x[i + k] - z[j + k]) ** 2;
    return Math.sqrt(s);
  }
  for (let k = 0; k < n; k++) {
    const d = Math.abs(x[i + k] - z[j + k]);
    if (p === 0) s += d === 0 ? 0 : 1;
    else if (p === Infinity) s = d > s || Number.isNaN(d) ? d : s;
    else s += p === 1 ? d : d ** p;
  }
  return p === 0 || p === 1 || p === Infinity ? s : s ** (1 / p);
}

/** Returns g ∂y/∂(x - z) for all pairs, [..., m, n, k], where g broadcasts to that shape. */
export function throughDistance(g: Tensor, x: Tensor, z: Tensor, y: Tensor, p: number): Tensor {
  const difference = sub(unsqueeze(x, -2), unsqueeze(z, -3));
  const length = unsqueeze(y, -1);
  if (p === 0) return mul(mul(difference, g), 0);
  // each of several largest coordinates gets the whole derivative, as in PyTorch
  if (p === Infinity) return where(eq(abs(difference), length), mul(g, sign(difference)), 0);
  return throughNorm(g, difference, length, p);
}
