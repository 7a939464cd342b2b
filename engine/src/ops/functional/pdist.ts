/** Distances between the rows of a matrix. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { tensor } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { indexSelect } from "../indexing/index-select.ts";
import { cdist } from "../linalg/distances.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Options of `pdist`. */
export interface PdistOptions {
  /** Order of the norm; 2 by default. */
  readonly p?: number;
}

/**
 * Returns the distances of order `p` between all pairs of rows of a matrix [n, k], each pair once: [n (n - 1) / 2], those from row 0 first. The gradient at
 * distance 0 is 0.
 * @throws ShapeError unless the input is a matrix; DTypeError for integers and bools; ArgumentError for p < 0.
 * @example pdist(tensor([[0, 0], [3, 4], [0, 4]])).toArray(); // [5, 4, 3]
 */
export const pdist: (input: Tensor, p?: number | PdistOptions) => Tensor = defineComposite(
  {
    name: "pdist",
    torch: "nn.functional.pdist",
    aliases: ["pdist"],
    access: "function",
    signature: "input, p=2",
    tex: "y_{ij} = \\lVert x_i - x_j \\rVert_p,\\ i < j",
    samples: (r) => [{ input: r.normal([4, 3]) }, { input: r.distinct([3, 2]), p: 3 }],
  },
  (input: Tensor, p: number | PdistOptions = {}): Tensor => {
    const x = requireTensor("pdist", input);
    requireFloat("pdist", x.dtype);
    const order = typeof p === "number" ? p : (p.p ?? 2);
    if (!(order >= 0)) throw new ArgumentError("pdist", `p must be at least 0, but got ${order}`);
    if (x.ndim !== 2) throw new ShapeError("pdist", "expected a matrix, with a point in each row", [x.shape]);
    const n = x.shape[0];
    const first: number[] = [];
    const second: number[] = [];
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        first.push(i);
        second.push(j);
      }
    // a batch of pairs, so that no point is compared with itself, where the second derivative is NaN
    const points = (rows: number[]): Tensor => unsqueeze(indexSelect(x, 0, tensor(rows, { dtype: "int32" })), 1);
    return reshape(cdist(points(first), points(second), order), [-1]);
  },
);
