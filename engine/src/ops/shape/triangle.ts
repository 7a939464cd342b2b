/** Lower and upper triangles of matrices. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Options of `tril` and `triu`. */
export interface TriangleOptions {
  /** The last diagonal of the triangle, counted to the right of the main one and negative below it; 0 by default. */
  readonly diagonal?: number;
}

/** Defines `tril` or `triu`. */
const triangle = (name: "tril" | "triu", tex: string): Run<number> => {
  const op: Run<number> = defineOp<number>({
    name,
    torch: name,
    access: "in-place",
    signature: "input, diagonal=0",
    label: (diagonal) => `${name} ${diagonal}`,
    tex: { forward: `y_{ij} = x_{ij} [${tex}]`, vjp: `\\bar x_{ij} = \\bar y_{ij} [${tex}]` },
    keepsFinite: "both",
    outputs: ([x]) => x,
    kernel: (out, [x], { params: k, outputs: [{ shape }] }) => {
      const columns = shape[shape.length - 1];
      const [matrices, rows] = sizesAround(shape, shape.length - 2);
      for (let row = 0, at = 0; row < matrices * rows; row++, at += columns) {
        const edge = Math.min(Math.max((row % rows) + k + (name === "tril" ? 1 : 0), 0), columns);
        if (name === "tril") out.set(x.subarray(at, at + edge), at);
        else out.set(x.subarray(at + edge, at + columns), at + edge);
      }
    },
    saves: {},
    vjp: (g, { params }) => [op([g], params)],
    jvp: "linear",
    complex: "parts",
    batch: ([x], _batched, diagonal) => op([x], diagonal),
    samples: (r) => [
      { input: r.normal([3, 4]), diagonal: 1 },
      { input: r.normal([2, 4, 3]), diagonal: -1 },
    ],
    call: name === "tril" ? tril : triu,
  });
  return op;
};

const trilOp = triangle("tril", "j \\le i + k");
const triuOp = triangle("triu", "j \\ge i + k");

/** Runs `tril` or `triu` on checked arguments. */
function run(op: "tril" | "triu", input: Tensor, diagonal: number | TriangleOptions): Tensor {
  const x = requireTensor(op, input);
  const k = typeof diagonal === "number" ? diagonal : (diagonal.diagonal ?? 0);
  if (x.ndim < 2) throw new ShapeError(op, "expected at least 2 dimensions", [x.shape]);
  if (!Number.isInteger(k)) throw new ArgumentError(op, `diagonal must be an integer, but got ${k}`);
  return (op === "tril" ? trilOp : triuOp)([x], k);
}

/**
 * Returns the lower triangle of each matrix: the elements on and below a diagonal, and 0 above it. The gradient is 0 above it too.
 * @throws ShapeError for less than two dimensions.
 * @example tril(ones([2, 2])).toArray(); // [[1, 0], [1, 1]]
 */
export function tril(input: Tensor, diagonal: number | TriangleOptions = 0): Tensor {
  return run("tril", input, diagonal);
}

/**
 * Returns the upper triangle of each matrix: the elements on and above a diagonal, and 0 below it. The gradient is 0 below it too.
 * @throws ShapeError for less than two dimensions.
 * @example triu(ones([2, 2]), 1).toArray(); // [[0, 1], [0, 0]]
 */
export function triu(input: Tensor, diagonal: number | TriangleOptions = 0): Tensor {
  return run("triu", input, diagonal);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the lower triangle of each matrix, with 0 above a diagonal. */
    tril(diagonal?: number | TriangleOptions): Tensor;
    /** Sets the elements above a diagonal of each matrix to 0. */
    tril_(diagonal?: number | TriangleOptions): Tensor;
    /** Returns the upper triangle of each matrix, with 0 below a diagonal. */
    triu(diagonal?: number | TriangleOptions): Tensor;
    /** Sets the elements below a diagonal of each matrix to 0. */
    triu_(diagonal?: number | TriangleOptions): Tensor;
  }
}
