/** Lookup of rows of a table. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { registerMethod } from "../../dispatch/registry.ts";
import { IndexError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { eq } from "../elementwise/compare.ts";
import { where } from "../elementwise/where.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { type LookupOptions, limitNorms, lookedUp } from "./lookup.ts";

/** Options of `embedding`. */
export interface EmbeddingOptions extends LookupOptions {
  /** Row that gets no gradient; a negative index counts from the end. */
  readonly paddingIdx?: number | null;
  /** Whether the gradient of a table that is a leaf is kept as rows, for SGD and SparseAdam: faster where few of many rows are looked up. */
  readonly sparse?: boolean;
}

/**
 * Returns the rows of a table [entries, width] at integer indices [...]: [..., width]. Gradients of a row that is looked up several times add up, or are
 * averaged with `scaleGradByFreq`. With `maxNorm`, rows of a larger norm are scaled down in place first, as in PyTorch.
 * @throws IndexError for an index out of range; ShapeError for a table that is not a matrix; DTypeError for indices that are neither int64 nor int32.
 * @example embedding(tensor([1, 0], { dtype: "int32" }), tensor([[1, 2], [3, 4]])).toArray(); // [[3, 4], [1, 2]]
 */
export const embedding: (input: Tensor, weight: Tensor, options?: EmbeddingOptions) => Tensor = defineComposite(
  {
    name: "embedding",
    torch: "nn.functional.embedding",
    access: "function",
    signature: "input, weight, paddingIdx=null, maxNorm=null, normType=2, scaleGradByFreq=false, sparse=false",
    dims: "input: ..*; weight: entries width",
    tex: "y_i = w_{k_i}",
    samples: (r) => [
      { input: r.integers([2, 3], 0, 4), weight: r.normal([4, 2]) },
      // the padding row is not among the indices, as it has no gradient
      { input: r.integers([4], 0, 2), weight: r.normal([3, 2]), paddingIdx: -1, sparse: true },
      // a norm that no row exceeds: longer rows are changed in place
      { input: r.integers([1], 0, 4), weight: r.normal([4, 2]), maxNorm: 100, normType: 3, scaleGradByFreq: true },
    ],
  },
  (input: Tensor, weight: Tensor, { paddingIdx = null, sparse = false, ...lookup }: EmbeddingOptions = {}): Tensor => {
    const index = requireTensor("embedding", input);
    const table = requireTensor("embedding", weight);
    requireIndices("embedding", index.dtype);
    if (table.ndim !== 2)
      throw new ShapeError("embedding", "the weight must be a table [entries, width]", [table.shape]);
    const flat = reshape(index, [index.numel()]);
    const rows = lookedUp(table, flat, sparse, lookup);
    const y = reshape(rows, [...index.shape, table.shape[1]]);
    if (paddingIdx === null) return y;
    const padding = paddingIdx < 0 ? paddingIdx + table.shape[0] : paddingIdx;
    if (!(padding >= 0 && padding < table.shape[0]))
      throw new IndexError(
        "embedding",
        `paddingIdx must be a row of the table of ${table.shape[0]}, but got ${paddingIdx}`,
      );
    return where(unsqueeze(eq(index, padding), -1), y.detach(), y);
  },
);

registerMethod(
  "embeddingRenorm_",
  "embedding_renorm_",
  "input, indices, maxNorm, normType",
  (input: Tensor, indices: Tensor, maxNorm: number, normType: number): Tensor => {
    const table = requireTensor("embeddingRenorm_", input);
    requireIndices("embeddingRenorm_", requireTensor("embeddingRenorm_", indices).dtype);
    if (table.ndim !== 2) throw new ShapeError("embeddingRenorm_", "the input must be a table", [table.shape]);
    limitNorms("embeddingRenorm_", table, reshape(indices, [indices.numel()]), maxNorm, normType);
    return table;
  },
);
