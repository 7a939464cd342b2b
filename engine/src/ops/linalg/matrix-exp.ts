/** The exponential of matrices. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { zerosLike } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { cat } from "../shape/join.ts";
import { narrow } from "../shape/window.ts";
import { requireSquare } from "./checks.ts";
import { complexForm, complexMatrixOf, realForm } from "./numeric/complex.ts";
import { exponential } from "./numeric/exponential.ts";
import { countMatrices, matrixOf } from "./numeric/matrices.ts";
import { mT } from "./operands.ts";

/** Returns the derivative of the exponential of X along dX, a block of the exponential of [[X, dX], [0, X]] (Mathias, "A chain rule for matrix functions", 1996). */
function along(x: Tensor, dx: Tensor): Tensor {
  const n = x.size(-1);
  const blocks = cat([cat([x, dx], -1), cat([zerosLike(x), x], -1)], -2);
  return narrow(narrow(expOp([blocks], null), -2, 0, n), -1, n, n);
}

const expOp: Run<null> = defineOp<null>({
  name: "matrixExp",
  torch: "matrix_exp",
  aliases: ["linalg.matrix_exp"],
  access: "method",
  signature: "input",
  dims: "input: ... rows=n columns=n",
  label: () => "exp A",
  tex: { forward: "Y = e^X", vjp: "\\bar X = D\\exp(X^\\top)[\\bar Y]" },
  outputs: ([x]) => x,
  kernel: (out, [x], { inputs: [{ shape }] }) => {
    const n = shape[shape.length - 1];
    for (let b = 0; b < countMatrices(shape); b++) out.set(exponential(matrixOf(x, b, n * n), n), b * n * n);
  },
  complex: (out, [x], { inputs: [{ shape }] }) => {
    const n = shape[shape.length - 1];
    for (let b = 0; b < countMatrices(shape); b++) {
      const real = exponential(realForm(complexMatrixOf(x, b, n * n), n, n), 2 * n);
      out.set(complexForm(real, n, n), 2 * b * n * n);
    }
  },
  holomorphic: true,
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x] }) => [along(mT(x), g)],
  jvp: ([dx], { inputs: [x] }) => along(x, dx as Tensor),
  batch: ([x]) => expOp([x], null),
  samples: (r) => [{ input: r.normal([3, 3]) }, { input: r.normal([2, 2, 2]) }],
  call: matrixExp,
});

/**
 * Returns the exponentials Σ Xᵏ / k! of square matrices, [..., n, n], by scaling and squaring. NaN where an element is not finite.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools.
 * @example matrixExp(tensor([[0, 1], [0, 0]])).toArray(); // [[1, 1], [0, 1]]
 */
export function matrixExp(input: Tensor): Tensor {
  return expOp([requireSquare("matrixExp", input, "complex")], null);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the exponentials of these square matrices. */
    matrixExp(): Tensor;
  }
}
