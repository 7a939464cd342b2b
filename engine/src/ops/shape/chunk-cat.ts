/** PyTorch's op that joins tensors chunk by chunk, for gradients that are shared out among devices. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { cat } from "./join.ts";
import { constantPadNd } from "./pad.ts";
import { reshape } from "./reshape.ts";

/** Returns the tensors [a, …, n, …], padded by zeros to a multiple of `numChunks` in dimension `dim`, cut into so many chunks there, and joined: [a, …, numChunks, elements of the chunks]. */
export const chunkCat: (tensors: readonly Tensor[], dim: number, numChunks: number) => Tensor = defineComposite(
  {
    name: "chunkCat",
    torch: "_chunk_cat",
    access: "internal",
    signature: "tensors, dim, numChunks",
    tex: "y_k = [x^1_k \\mid x^2_k \\mid \\dots]",
    samples: (r) => [{ tensors: [r.normal([2, 3, 2]), r.normal([2, 5])], dim: 1, numChunks: 2 }],
  },
  (tensors: readonly Tensor[], dim: number, numChunks: number): Tensor => {
    if (!Number.isInteger(numChunks) || numChunks < 1)
      throw new ArgumentError("chunkCat", `numChunks must be a positive integer, but got ${numChunks}`);
    if (tensors.length === 0) throw new ArgumentError("chunkCat", "expected at least one tensor");
    const shapes = tensors.map((x) => requireTensor("chunkCat", x).shape);
    const d = normalizeDim("chunkCat", dim, shapes[0].length);
    if (shapes.some((s) => sizeOf(s) === 0 || s.length <= d || s.slice(0, d).some((n, i) => n !== shapes[0][i])))
      throw new ShapeError("chunkCat", `the tensors must have elements, and equal sizes before dimension ${d}`, shapes);
    const rows = tensors.map((x) => {
      const missing = (numChunks - (x.shape[d] % numChunks)) % numChunks;
      const padding = [...new Array<number>(2 * (x.ndim - 1 - d)).fill(0), 0, missing];
      return reshape(constantPadNd(x, padding), [...x.shape.slice(0, d), numChunks, -1]);
    });
    return cat(rows, d + 1);
  },
);
