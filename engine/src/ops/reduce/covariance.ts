/** Covariance and correlation of variables in rows. */

import { anyElement } from "../../dispatch/batched.ts";
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { arange } from "../../tensor/create.ts";
import { floatResult, isComplex, isInteger } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { clamp } from "../elementwise/clamp.ts";
import { complex, conj } from "../elementwise/complex.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { sqrt } from "../elementwise/exponential.ts";
import { gather } from "../indexing/gather.ts";
import { matmul } from "../linalg/matmul.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { imag, real } from "../shape/view-as-complex.ts";
import { sum } from "./sum.ts";

/** Options of `cov`. */
export interface CovOptions {
  /** Number subtracted from the number of observations in the divisor: 1 (Bessel's correction) by default. */
  readonly correction?: number;
  /** Number (an integer) of times that each observation occurs. */
  readonly fweights?: Tensor | null;
  /** Weight of each observation. */
  readonly aweights?: Tensor | null;
}

/** Returns the rows of variables, as floats. */
function variables(op: string, input: Tensor): Tensor {
  const x = requireTensor(op, input);
  if (x.ndim > 2) throw new ShapeError(op, "expected at most two dimensions", [x.shape]);
  const rows = x.ndim < 2 ? reshape(x, [1, -1]) : x;
  return to(rows, floatResult(x.dtype));
}

/** Checks that there is one weight for each observation, and that none is negative. */
function requireWeights(name: string, weights: Tensor | null, observations: number): void {
  if (weights === null) return;
  if (weights.ndim > 1 || weights.numel() !== observations)
    throw new ShapeError("cov", `${name} must be a vector with one number for each of ${observations} observations`, [
      weights.shape,
    ]);
  if (anyElement(weights, (w) => w < 0)) throw new ArgumentError("cov", `${name} must not be negative`);
}

/** Returns the covariance of the rows. */
function covariance(x: Tensor, { correction = 1, fweights = null, aweights = null }: CovOptions): Tensor {
  const n = x.shape[1];
  if (fweights !== null && !isInteger(fweights.dtype))
    throw new DTypeError("cov", "fweights must be integers", [fweights.dtype]);
  if (aweights !== null) requireFloat("cov", aweights.dtype);
  requireWeights("fweights", fweights, n);
  requireWeights("aweights", aweights, n);
  // in their own dtype, as in PyTorch: sums of float32 weights are those of float32
  const [f, a] = [fweights, aweights].map((w) => (w === null ? null : reshape(w, [n])));
  const weights = f !== null && a !== null ? mul(f, a) : (f ?? a);
  const total = weights === null ? n : sum(weights);
  const average = div(sum(weights === null ? x : mul(x, weights), { dim: 1, keepdim: true }), total);
  const centered = sub(x, average);
  const weighted = weights === null ? centered : mul(centered, weights);
  const freedom =
    weights === null || typeof total === "number"
      ? Math.max(n - correction, 0)
      : clamp(
          a === null || correction === 0
            ? sub(total, a === null ? correction : 0)
            : sub(total, mul(div(sum(mul(weights, a)), total), correction)),
          0,
        );
  return squeeze(div(matmul(centered, conj(transpose(weighted, 0, 1))), freedom));
}

/**
 * Returns the covariance matrix of the variables, which are the rows of the input; the variance of a vector. The divisor is n - 1 by default. Integers become float32.
 * @throws ShapeError for more than two dimensions, and for weights that do not fit the columns; ArgumentError for negative weights; DTypeError for fweights that are neither int64 nor int32 and aweights that are not floating.
 * @example cov(tensor([[0, 2], [0, 4]])).toArray(); // [[2, 4], [4, 8]]
 */
export const cov: (input: Tensor, options?: CovOptions) => Tensor = defineComposite(
  {
    name: "cov",
    torch: "cov",
    access: "method",
    signature: "input, correction=1, fweights=null, aweights=null",
    tex: "C = \\tfrac{1}{n - c} (x - \\mu) (x - \\mu)^{\\mathsf T}",
    samples: (r) => [
      { input: r.normal([2, 4]) },
      { input: r.normal([4]), correction: 0 },
      { input: r.normal([2, 4]), fweights: r.integers([4], 1, 4), aweights: r.uniform([4], 0.5, 1) },
    ],
  },
  (input: Tensor, options: CovOptions = {}): Tensor => covariance(variables("cov", input), options),
);

/**
 * Returns the correlation matrix of the variables, which are the rows of the input: covariances divided by the standard deviations, clamped to -1 to 1. It is 1 for a
 * vector, and NaN for variables without variance.
 * @throws ShapeError for more than two dimensions.
 * @example corrcoef(tensor([[0, 2], [0, -4]])).toArray(); // [[1, -1], [-1, 1]]
 */
export const corrcoef: (input: Tensor) => Tensor = defineComposite(
  {
    name: "corrcoef",
    torch: "corrcoef",
    access: "method",
    signature: "input",
    tex: "R_{ij} = C_{ij} / \\sqrt{C_{ii} C_{jj}}",
    samples: (r) => [{ input: r.normal([3, 4]) }],
  },
  (input: Tensor): Tensor => {
    const c = covariance(variables("corrcoef", input), {});
    if (c.ndim === 0) return div(c, c);
    const deviations = sqrt(real(gather(c, 1, unsqueeze(arange(c.shape[0]), 1))));
    const r = div(div(c, deviations), transpose(deviations, 0, 1));
    return isComplex(r.dtype) ? complex(clamp(real(r), -1, 1), clamp(imag(r), -1, 1)) : clamp(r, -1, 1);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the covariance matrix of the rows. */
    cov(options?: CovOptions): Tensor;
    /** Returns the correlation matrix of the rows. */
    corrcoef(): Tensor;
  }
}
