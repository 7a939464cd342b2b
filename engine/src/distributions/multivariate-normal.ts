/** The normal distribution of vectors. */
import { cholesky, inv, solveTriangular } from "../ops/linalg/index.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { randn } from "../tensor/create.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Distribution, randomLike, type SampleOptions } from "./distribution.ts";
import { requireWithin } from "./support.ts";

/** One of the covariance Σ, its inverse, and the lower triangular L with Σ = L Lᵀ, each [...batch, k, k]. */
export interface CovarianceParameters {
  readonly covarianceMatrix?: Tensor;
  readonly precisionMatrix?: Tensor;
  readonly scaleTril?: Tensor;
}

/** Returns L of the one that is given. */
function scaleOf({ covarianceMatrix, precisionMatrix, scaleTril }: CovarianceParameters): Tensor {
  const given = [covarianceMatrix, precisionMatrix, scaleTril].filter((t) => t !== undefined);
  if (given.length !== 1)
    throw new ArgumentError(
      "MultivariateNormal",
      `expected one of covarianceMatrix, precisionMatrix and scaleTril, but got ${given.length}`,
    );
  if (scaleTril !== undefined) return scaleTril;
  return cholesky(covarianceMatrix ?? inv(precisionMatrix as Tensor));
}

/**
 * The normal distribution of vectors of k elements, with a mean [...batch, k] and a covariance.
 * @throws ArgumentError unless just one matrix is given; ShapeError for matrices that do not fit the mean; an error of `linalg.cholesky` for one that is not positive definite.
 * @example
 * const n = new distributions.MultivariateNormal(zeros([2]), { covarianceMatrix: tensor([[4, 0], [0, 1]]) });
 * n.variance.toArray(); // [4, 1]
 */
export class MultivariateNormal extends Distribution {
  readonly loc: Tensor;
  readonly scaleTril: Tensor;
  override readonly hasRsample = true;

  constructor(loc: Tensor, parameters: CovarianceParameters) {
    checkNew(new.target, arguments);
    const l = scaleOf(parameters);
    const k = loc.shape[loc.ndim - 1];
    if (loc.ndim === 0 || l.ndim < 2 || l.shape[l.ndim - 1] !== k || l.shape[l.ndim - 2] !== k)
      throw new ShapeError("MultivariateNormal", "expected a mean [..., k] and a matrix [..., k, k]", [
        loc.shape,
        l.shape,
      ]);
    const rows = l.select(-1, 0).add(loc.detach().mul(0)).shape;
    super(rows.slice(0, -1), [k]);
    this.loc = loc.expand(rows);
    this.scaleTril = l.expand([...rows, k]);
  }

  get mean(): Tensor {
    return this.loc;
  }

  get variance(): Tensor {
    return this.scaleTril.square().sum(-1);
  }

  /** The covariance L Lᵀ. */
  get covarianceMatrix(): Tensor {
    return this.scaleTril.matmul(this.scaleTril.transpose(-1, -2));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const z = randn(shape, randomLike(this.loc, options)).unsqueeze(-1);
    return this.scaleTril.matmul(z).squeeze(-1).add(this.loc);
  }

  /** Returns half of the logarithm of the determinant. */
  get #halfLogDet(): Tensor {
    return this.scaleTril.diagonal(0, -2, -1).log().sum(-1);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "real");
    const [k] = this.eventShape;
    const difference = value.sub(this.loc).unsqueeze(-1);
    const l = this.scaleTril.expand([...difference.shape.slice(0, -2), k, k]);
    const z = solveTriangular(l, difference, false).squeeze(-1);
    return z
      .square()
      .sum(-1)
      .add(k * Math.log(2 * Math.PI))
      .div(-2)
      .sub(this.#halfLogDet);
  }

  override entropy(): Tensor {
    const [k] = this.eventShape;
    return this.#halfLogDet.add((k / 2) * (1 + Math.log(2 * Math.PI)));
  }
}
