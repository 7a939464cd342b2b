/** Initialization with orthogonal and with sparse matrices. */

import { sign } from "../../ops/elementwise/absolute.ts";
import { mul } from "../../ops/elementwise/arithmetic.ts";
import { copyInPlace } from "../../ops/elementwise/assign.ts";
import { linalgQr } from "../../ops/linalg/qr.ts";
import { diagonal } from "../../ops/shape/diagonal.ts";
import { transpose } from "../../ops/shape/permute.ts";
import { reshape } from "../../ops/shape/reshape.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { randn, randperm } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/**
 * Fills a tensor with `gain` (1 by default) times a random matrix whose rows, or columns if there are fewer of them, are orthonormal, and returns it. All
 * dimensions after the first count as columns. The matrix is uniformly distributed (Mezzadri, 2006). Source: Saxe, McClelland and Ganguli, 2013.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example
 * const w = nn.init.orthogonal_(zeros([2, 3]));
 * w.matmul(w.t()).round().abs().toArray(); // [[1, 0], [0, 1]]
 */
export function orthogonal_(t: Tensor, gain = 1, generator: Generator = defaultGenerator): Tensor {
  if (t.ndim < 2) throw new ShapeError("orthogonal_", "the tensor must have at least 2 dimensions", [t.shape]);
  if (t.numel() === 0) return t;
  const [rows] = t.shape;
  const columns = t.numel() / rows;
  return noGrad(() => {
    const tall = randn([Math.max(rows, columns), Math.min(rows, columns)], { dtype: "float64", generator });
    const { Q, R } = linalgQr(tall);
    // the signs of the diagonal of R make the distribution uniform
    const q = mul(Q, sign(diagonal(R)));
    return copyInPlace(t, mul(reshape(rows < columns ? transpose(q, 0, 1) : q, t.shape), gain));
  });
}

/**
 * Fills a matrix with normal numbers of mean 0 and standard deviation `std` (0.01 by default), sets the fraction `sparsity` of each column, rounded up to whole
 * elements, to 0, and returns it. Source: Martens, 2010.
 * @throws ShapeError unless the tensor has 2 dimensions; ArgumentError for a sparsity outside of [0, 1], and for a negative `std`.
 * @example nn.init.sparse_(zeros([4, 3]), 0.5).ne(0).sum(0).toArray(); // [2, 2, 2]
 */
export function sparse_(t: Tensor, sparsity: number, std = 0.01, generator: Generator = defaultGenerator): Tensor {
  if (t.ndim !== 2) throw new ShapeError("sparse_", "the tensor must have 2 dimensions", [t.shape]);
  if (!(sparsity >= 0 && sparsity <= 1))
    throw new ArgumentError("sparse_", `sparsity must lie in [0, 1], but got ${sparsity}`);
  if (!(std >= 0)) throw new ArgumentError("sparse_", `std must be at least 0, but got ${std}`);
  const [rows, columns] = t.shape;
  const values = Float64Array.from({ length: rows * columns }, () => std * generator.normal());
  const zeros = Math.ceil(sparsity * rows);
  for (let j = 0; j < columns; j++) {
    const order = randperm(rows, { generator }).toTypedArray();
    for (let k = 0; k < zeros; k++) values[order[k] * columns + j] = 0;
  }
  return noGrad(() => copyInPlace(t, fromArray(values, "float64", t.shape)));
}
