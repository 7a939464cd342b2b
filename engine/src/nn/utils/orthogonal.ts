/** Maps from matrices to orthogonal matrices. */
import { geqrf, orgqr } from "../../ops/linalg/householder.ts";
import { matrixExp } from "../../ops/linalg/matrix-exp.ts";
import { linalgQr } from "../../ops/linalg/qr.ts";
import { solve } from "../../ops/linalg/solve.ts";
import { cat } from "../../ops/shape/join.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { eye, zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Buffer } from "../base/parameter.ts";
import { normal_ } from "../init/index.ts";

/** The matrix exponential of a skew-symmetric matrix, its Cayley transform, or a product of Householder reflections. */
export type OrthogonalMap = "matrixExp" | "cayley" | "householder";

const transposed = (x: Tensor): Tensor => x.transpose(-2, -1);

/** Returns x, or its transpose if it has more columns than rows. */
const tall = (x: Tensor): Tensor => ((x.shape.at(-2) ?? 0) < (x.shape.at(-1) ?? 0) ? transposed(x) : x);

/** Returns the skew-symmetric matrix of the elements below the diagonal, extended to a square one. */
function skew(x: Tensor): Tensor {
  const [n, k] = x.shape.slice(-2);
  const lower = x.tril();
  const square = n === k ? lower : cat([lower, zeros([...x.shape.slice(0, -1), n - k], { dtype: x.dtype })], -1);
  return square.sub(transposed(square));
}

/** Returns a matrix with orthonormal columns: a product of reflections, whose vectors are below the diagonal, with its columns times the diagonal of 1 and -1. */
function reflections(x: Tensor): Tensor {
  const vectors = x.tril(-1);
  const factors = vectors.square().sum(-2).add(1).reciprocal().mul(2);
  // the signs on the diagonal are no parameters
  const signs = x.detach().diagonal(0, -2, -1).trunc();
  return orgqr(vectors, factors).mul(signs.unsqueeze(-2));
}

/** Returns the orthogonal factor of a tall matrix, with positive factors of the triangular one. */
function orthogonalFactor(x: Tensor): Tensor {
  const { Q, R } = linalgQr(x);
  return Q.mul(R.diagonal(0, -2, -1).sign().unsqueeze(-2));
}

/** Returns whether the columns of square matrices are orthonormal, to rounding. */
function isOrthogonal(q: Tensor): boolean {
  const n = q.shape.at(-1) as number;
  const bound = (q.dtype === "float64" ? 2.3e-16 : 1.2e-7) * 10 * n;
  const distance = transposed(q)
    .matmul(q)
    .sub(eye(n, { dtype: q.dtype }))
    .abs();
  return distance.numel() === 0 || distance.amax().item() < bound;
}

/** Returns reflections and signs of an orthogonal matrix, or of the orthogonal factor of another one. */
function asReflections(value: Tensor): Tensor {
  const q = tall(value);
  const { a, tau } = geqrf(q);
  const x = a.clone();
  const diagonal = x.diagonal(0, -2, -1);
  // a factor of exactly 0 stands for no reflection
  diagonal.copy_(diagonal.sign().mul(tau.eq(0).to(a.dtype).mul(-2).add(1)));
  return q === value ? x : transposed(x).clone();
}

/** The parametrization by an orthogonal map, times the orthogonal matrix `base` with trivialization. */
export class Orthogonal extends Module {
  readonly map: OrthogonalMap;
  readonly trivialize: boolean;
  base: Buffer | null = null;

  constructor(map: OrthogonalMap, trivialize: boolean) {
    super();
    this.map = map;
    this.trivialize = trivialize;
  }

  override forward(given: Tensor): Tensor {
    const x = tall(given);
    const q = this.#orthogonal(x);
    const result = this.base === null ? q : this.base.matmul(q);
    return x === given ? result : transposed(result);
  }

  #orthogonal(x: Tensor): Tensor {
    if (this.map === "householder") return reflections(x);
    const a = skew(x);
    const n = a.shape.at(-1) as number;
    const one = eye(n, { dtype: x.dtype });
    // the Cayley transform (1 - A/2)⁻¹ (1 + A/2)
    const q = this.map === "matrixExp" ? matrixExp(a) : solve(one.sub(a.mul(0.5)), one.add(a.mul(0.5)));
    return q.narrow(-1, 0, x.shape.at(-1) as number);
  }

  rightInverse(value: Tensor): Tensor | null {
    return noGrad(() => {
      const q = tall(value.detach());
      if (!this.trivialize) return this.map === "householder" ? asReflections(value) : null;
      const [n, k] = q.shape.slice(-2);
      if (n === k) this.base = new Buffer(isOrthogonal(q) ? q.clone() : orthogonalFactor(q));
      else {
        const rest = normal_(zeros([...q.shape.slice(0, -1), n - k], { dtype: q.dtype }));
        this.base = new Buffer(orthogonalFactor(cat([q, rest], -1)));
      }
      // no reflections and signs of -1, which the exponential and the Cayley transform map to the identity too
      const minusOne = zeros(value.shape, { dtype: value.dtype });
      minusOne.diagonal(0, -2, -1).fill_(-1);
      return minusOne;
    });
  }
}
