/** The op that joins matrices along a diagonal. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { zeros } from "../../tensor/create.ts";
import { resultType } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expand, unsqueeze } from "./expand.ts";
import { narrow } from "./window.ts";

/** The place of a matrix in the result. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/** Parameters of the op. */
interface DiagonalBlocks {
  readonly places: readonly Place[];
}

/** Returns the places of matrices [..., height, width] along the diagonal. */
function placesOf(metas: readonly Pick<Meta, "shape">[]): readonly Place[] {
  let [row, column] = [0, 0];
  return metas.map(({ shape }) => {
    const [height, width] = shape.slice(-2);
    const place = { row, column, height, width };
    row += height;
    column += width;
    return place;
  });
}

/** Returns the sum of a size of all places. */
const total = (places: readonly Place[], size: "height" | "width"): number => places.reduce((n, p) => n + p[size], 0);

const blocksOp: Run<DiagonalBlocks> = defineOp<DiagonalBlocks>({
  name: "diagonalBlocks",
  role: "join",
  torch: "ops.aten.block_diag",
  access: "internal",
  signature: "tensors",
  label: () => "blocks",
  tex: {
    forward: "y = \\operatorname{diag}(x_1, x_2, \\dots)",
    vjp: "\\bar x_k = \\bar y \\text{ at the place of } x_k",
  },
  outputs: (inputs, { places }) => {
    const shape = [...inputs[0].shape.slice(0, -2), total(places, "height"), total(places, "width")];
    return { shape, dtype: resultType(inputs) };
  },
  kernel: (out, xs, { params: { places }, inputs, outputs: [y] }) => {
    const [rows, columns] = y.shape.slice(-2);
    out.fill(0);
    places.forEach(({ row, column, height, width }, k) => {
      const count = sizeOf(inputs[k].shape.slice(0, -1));
      for (let r = 0; r < count; r++) {
        const at = Math.floor(r / height) * rows + row + (r % height);
        out.set(xs[k].subarray(r * width, (r + 1) * width), at * columns + column);
      }
    });
  },
  saves: {},
  vjp: (g, { params: { places }, needs }) =>
    places.map(({ row, column, height, width }, k) =>
      needs[k] ? narrow(narrow(g, -2, row, height), -1, column, width) : null,
    ),
  jvp: (tangents, { metas }) => diagonalBlocks(tangents.map((t, k) => t ?? zeros(metas[k].shape, metas[k]))),
  complex: "parts",
  batch: (inputs, batched, _params, size) =>
    diagonalBlocks(inputs.map((x, k) => (batched[k] ? x : expand(unsqueeze(x, 0), [size, ...x.shape])))),
  samples: (r) => [
    { tensors: [r.normal([2, 3]), r.normal([1, 2])] },
    { tensors: [r.normal([2, 1, 2]), r.normal([2, 2, 3])] },
  ],
  call: (tensors: readonly Tensor[]) => diagonalBlocks(tensors),
});

/** Returns the matrices [..., R, C] that have the given ones along their diagonals, and 0 elsewhere. Dtypes are promoted. */
export const diagonalBlocks = (tensors: readonly Tensor[]): Tensor => blocksOp(tensors, { places: placesOf(tensors) });
