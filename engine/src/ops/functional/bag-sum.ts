/** The op of sums and means of bags of one size of rows of a table. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { zeros } from "../../tensor/create.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { checkIndices } from "../indexing/along.ts";
import { indexAdd } from "../indexing/index-select.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Parameters of the op. */
interface Bags {
  readonly isMean: boolean;
}

/** Returns the cotangents of the rows of a table. */
function toRows(g: Tensor, index: Tensor, table: Meta, { isMean }: Bags): Tensor {
  const [bags, length] = index.shape;
  const width = table.shape[1];
  const each = expand(unsqueeze(isMean ? mul(g, 1 / length) : g, 1), [bags, length, width]);
  const empty = zeros(table.shape, { dtype: table.dtype });
  return indexAdd(empty, 0, reshape(index, [bags * length]), reshape(each, [bags * length, width]));
}

const bagSumOp: Run<Bags> = defineOp<Bags>({
  name: "bagSum",
  torch: "ops.aten._embedding_bag",
  access: "internal",
  signature: "weight, indices, isMean",
  label: ({ isMean }) => `${isMean ? "mean" : "sum"} of bags`,
  tex: {
    forward: "y_b = \\textstyle\\sum_{i \\in b} w_{k_i}",
    vjp: "\\bar w_j = \\textstyle\\sum_{b,\\, i \\in b:\\, k_i = j} \\bar y_b",
  },
  outputs: ([table, index]) => ({ shape: [index.shape[0], table.shape[1]], dtype: table.dtype }),
  kernel: (out, [table, index], { params: { isMean }, inputs }) => {
    const [{ shape: size }, { shape }] = inputs;
    const [[entries, width], length] = [size, shape[1]];
    checkIndices("embeddingBag", index, entries, 0);
    for (let i = 0; i < out.length; i++) {
      const bag = Math.floor(i / width);
      let total = 0;
      for (let k = 0; k < length; k++) total += table[index[bag * length + k] * width + (i % width)];
      out[i] = isMean ? total / length : total;
    }
  },
  saves: [{ inputs: [1] }, {}],
  vjp: (g, { inputs: [, index], metas: [table], params }) => [toRows(g, index, table, params), null],
  jvp: ([dw], { inputs: [, index], params }) => bagSumOp([dw as Tensor, index], params),
  batch: "loop",
  samples: (r) => [
    { weight: r.normal([4, 3]), indices: r.integers([2, 3], 0, 4), isMean: true },
    { weight: r.normal([4, 2]), indices: r.integers([3, 1], 0, 4), isMean: false },
  ],
  call: (weight: Tensor, indices: Tensor, isMean: boolean) => bagSumOp([weight, indices], { isMean }),
});

/** Returns the sum, or the mean, of the rows of a table [entries, width] at each row of indices [bags, length]. */
export const bagSum = (table: Tensor, indices: Tensor, isMean: boolean): Tensor =>
  bagSumOp([table, indices], { isMean });
