/** Internal ops of PyTorch that read and add to elements at indices where a mask is true; indices elsewhere may be out of range. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { full } from "../../tensor/create.ts";
import { broadcastShapes } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { clamp } from "../elementwise/clamp.ts";
import { where } from "../elementwise/where.ts";
import { index } from "./indexing.ts";
import { indexPut } from "./put.ts";
import { slice } from "./range.ts";

type Indices = readonly (Tensor | null)[];

/** Returns the indices limited to those of the tensor. */
const limited = (x: Tensor, indices: Indices): Indices =>
  indices.map((k, d) => (k === null ? null : clamp(k, -x.shape[d], x.shape[d] - 1)));

/** Returns the elements at the indices where the mask is true, and `fill` elsewhere. */
export const unsafeMaskedIndex: (input: Tensor, mask: Tensor, indices: Indices, fill: number) => Tensor =
  defineComposite(
    {
      name: "unsafeMaskedIndex",
      torch: "_unsafe_masked_index",
      access: "internal",
      signature: "input, mask, indices, fill",
      tex: "y_i = m_i\\, x_{k_i} + (1 - m_i)\\, v",
      samples: (r) => [
        { input: r.normal([3]), mask: r.integers([4], 0, 2).to("bool"), indices: [r.integers([4], 0, 3)], fill: 2 },
      ],
    },
    (input: Tensor, mask: Tensor, indices: Indices, fill: number): Tensor => {
      const x = requireTensor("unsafeMaskedIndex", input);
      if (x.numel() === 0) {
        const shapes = [mask, ...indices].flatMap((k) => (k === null ? [] : [k.shape]));
        return full(broadcastShapes("unsafeMaskedIndex", shapes), fill, { dtype: x.dtype });
      }
      return where(mask, index(x, ...limited(x, indices).map((k) => k ?? slice())), fill);
    },
  );

/** Returns the tensor with the values added at the indices where the mask is true. */
export const unsafeMaskedIndexPutAccumulate: (input: Tensor, mask: Tensor, indices: Indices, values: Tensor) => Tensor =
  defineComposite(
    {
      name: "unsafeMaskedIndexPutAccumulate",
      torch: "_unsafe_masked_index_put_accumulate",
      access: "internal",
      signature: "input, mask, indices, values",
      tex: "y = x,\\ y_{k_i} \\mathrel{+}= m_i z_i",
      samples: (r) => [
        {
          input: r.normal([3]),
          mask: r.integers([4], 0, 2).to("bool"),
          indices: [r.integers([4], 0, 3)],
          values: r.normal([4]),
        },
      ],
    },
    (input: Tensor, mask: Tensor, indices: Indices, values: Tensor): Tensor => {
      const x = requireTensor("unsafeMaskedIndexPutAccumulate", input);
      if (x.numel() === 0) return x.clone();
      return indexPut(x, limited(x, indices), where(mask, values, 0), { accumulate: true });
    },
  );
