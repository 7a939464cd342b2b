/** Determinants. */
import { defineComposite, defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { zeros, zerosLike } from "../../tensor/create.ts";
import { isComplex, type NumericArray, realDType } from "../../tensor/dtype.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { complex, conj } from "../elementwise/complex.ts";
import { log } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";
import { sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { imag, real } from "../shape/view-as-complex.ts";
import { requireSquare } from "./checks.ts";
import { cofactors } from "./cofactors.ts";
import { invEx } from "./inverse.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexMatrixOf, factorComplexLu } from "./numeric/complex.ts";
import { factorLu } from "./numeric/lu.ts";
import { countMatrices, matrixOf } from "./numeric/matrices.ts";
import { mH, mT } from "./operands.ts";
import { invertible } from "./samples.ts";

/** Calls `visit` with the diagonal of U of each matrix, and the sign of the row interchanges. */
function visitPivots(
  x: NumericArray,
  shape: Shape,
  visit: (at: number, pivots: Float64Array, sign: number) => void,
): void {
  const n = shape[shape.length - 1];
  const rows = new Int32Array(n);
  for (let b = 0; b < countMatrices(shape); b++) {
    const lu = matrixOf(x, b, n * n);
    factorLu(lu, n, n, rows);
    const exchanges = rows.reduce((count, row, i) => count + Number(row !== i + 1), 0);
    visit(
      b,
      Float64Array.from({ length: n }, (_, i) => lu[i * n + i]),
      exchanges % 2 === 0 ? 1 : -1,
    );
  }
}

/** Returns a tensor for each matrix [...] as [..., 1, 1]. */
const perMatrix = (x: Tensor): Tensor => unsqueeze(unsqueeze(x, -1), -1);

/** Calls `visit` with the diagonal of U of each complex matrix, both parts of each element in turn, and the sign of the row interchanges. */
function visitComplexPivots(
  x: NumericArray,
  shape: Shape,
  visit: (at: number, pivots: readonly (readonly [re: number, im: number])[], sign: number) => void,
): void {
  const n = shape[shape.length - 1];
  const rows = new Int32Array(n);
  for (let b = 0; b < countMatrices(shape); b++) {
    const lu = complexMatrixOf(x, b, n * n);
    factorComplexLu(lu, n, n, rows);
    const exchanges = rows.reduce((count, row, i) => count + Number(row !== i + 1), 0);
    const pivots = Array.from({ length: n }, (_, i) => [lu[2 * (i * n + i)], lu[2 * (i * n + i) + 1]] as const);
    visit(b, pivots, exchanges % 2 === 0 ? 1 : -1);
  }
}

/** Returns the product of complex numbers and a sign. */
function productOf(pivots: readonly (readonly [number, number])[], sign: number): readonly [number, number] {
  let [re, im] = [sign, 0];
  for (const [p, q] of pivots) [re, im] = [re * p - im * q, re * q + im * p];
  return [re, im];
}

const detOp: Run<null> = defineOp<null>({
  name: "det",
  torch: "det",
  aliases: ["linalg.det"],
  access: "method",
  signature: "input",
  dims: "input: ... rows=n columns=n",
  label: () => "det",
  tex: { forward: "y = \\det X", vjp: "\\bar X = \\bar y\\, \\det(X)\\, X^{-\\top}" },
  outputs: ([{ shape, dtype }]) => ({ shape: shape.slice(0, -2), dtype }),
  kernel: (out, [x], { inputs: [{ shape }] }) =>
    visitPivots(x, shape, (at, pivots, sign) => {
      out[at] = pivots.reduce((product, p) => product * p, sign);
    }),
  complex: (out, [x], { inputs: [{ shape }] }) =>
    visitComplexPivots(x, shape, (at, pivots, sign) => out.set(productOf(pivots, sign), 2 * at)),
  holomorphic: true,
  saves: { inputs: [0], outputs: [0] },
  vjp: (g, { inputs: [x], output }) => [mul(perMatrix(g), cofactors(x, output))],
  jvp: ([dx], { inputs: [x], output }) => sum(mul(dx as Tensor, cofactors(x, output)), [-2, -1]),
  batch: ([x]) => detOp([x], null),
  samples: (r) => [{ input: r.normal([3, 3]) }, { input: r.normal([2, 2, 2]) }],
  call: det,
});

/**
 * Returns the determinants of square matrices, [..., n, n]: [...]. The gradient of a singular matrix is that of its cofactors.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools.
 * @example det(tensor([[1, 2], [3, 4]], { dtype: "float64" })).item(); // -2
 */
export function det(input: Tensor): Tensor {
  return detOp([requireSquare("det", input, "complex")], null);
}

const slogdetOp: MultiRun<null> = defineMultiOp<null>({
  name: "slogdet",
  torch: "slogdet",
  aliases: ["linalg.slogdet"],
  access: "method",
  signature: "input",
  dims: "input: ... rows=n columns=n",
  label: () => "log |det|",
  tex: { forward: "y = \\log |\\det X|", vjp: "\\bar X = \\bar y\\, X^{-\\top}" },
  outputs: ([{ shape, dtype }]) => {
    const batch = shape.slice(0, -2);
    return [
      { shape: batch, dtype },
      { shape: batch, dtype: realDType(dtype) },
    ];
  },
  kernel: (signs, [x], { inputs: [{ shape }], outs: [, logs] }) =>
    visitPivots(x, shape, (at, pivots, sign) => {
      signs[at] = pivots.reduce((product, p) => product * Math.sign(p), sign);
      logs[at] = pivots.reduce((total, p) => total + Math.log(Math.abs(p)), 0);
    }),
  complex: (signs, [x], { inputs: [{ shape }], outs: [, logs] }) =>
    visitComplexPivots(x, shape, (at, pivots, sign) => {
      const sizes = pivots.map(([re, im]) => Math.hypot(re, im));
      const units = pivots.map(([re, im], i) =>
        sizes[i] === 0 ? ([0, 0] as const) : ([re / sizes[i], im / sizes[i]] as const),
      );
      signs.set(productOf(units, sign), 2 * at);
      logs[at] = sizes.reduce((total, size) => total + Math.log(size), 0);
    }),
  saves: { inputs: [0] },
  vjp: (_g, { inputs: [x], cotangents: [gSign, g] }) => {
    if (!isComplex(x.dtype)) return [g && mul(perMatrix(g), mT(invEx(x).inverse))];
    // d log det X = tr(X⁻¹ dX), whose imaginary part turns the sign
    const turned = gSign && neg(imag(mul(conj(gSign), slogdetOp([x], null)[0])));
    const none = zerosLike((turned ?? g) as Tensor);
    return [mul(perMatrix(complex(g ?? none, turned ?? none)), mH(invEx(x).inverse))];
  },
  jvp: ([dx], { inputs: [x], outputMetas: [sign] }) => {
    const moved = sum(mul(dx as Tensor, mT(invEx(x).inverse)), [-2, -1]);
    if (!isComplex(x.dtype)) return [zeros(sign.shape, { dtype: sign.dtype }), moved];
    const turned = imag(moved);
    return [mul(slogdetOp([x], null)[0], complex(zerosLike(turned), turned)), real(moved)];
  },
  batch: ([x]) => slogdetOp([x], null),
  samples: (r) => [{ input: invertible(r, [3, 3]) }, { input: invertible(r, [2, 2, 2]) }],
  call: slogdet,
});

/**
 * Returns the signs of the determinants of square matrices, [..., n, n], and the logarithms of their absolute values, [...], which neither overflow nor underflow: 0 and -∞ for
 * a singular matrix. The gradient of the logarithm is X⁻ᵀ; the sign has none.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools.
 * @example slogdet(tensor([[0, 1], [1, 0]])).sign.item(); // -1
 */
export function slogdet(input: Tensor): NamedTensors<"sign" | "logabsdet"> {
  const [sign, logabsdet] = slogdetOp([requireSquare("slogdet", input, "complex")], null);
  return named({ sign, logabsdet });
}

/**
 * Returns the logarithms of the determinants of square matrices, [..., n, n]: [...]. NaN for a negative determinant, and -∞ for 0.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools.
 * @example logdet(tensor([[2, 0], [0, 0.5]])).item(); // 0
 */
export const logdet: (input: Tensor) => Tensor = defineComposite(
  {
    name: "logdet",
    torch: "logdet",
    access: "method",
    signature: "input",
    dims: "input: ... rows=n columns=n",
    tex: "y = \\log \\det X",
    samples: (r) => [{ input: invertible(r, [3, 3]) }, { input: invertible(r, [2, 2, 2]) }],
  },
  (input: Tensor): Tensor => {
    const [sign, logabsdet] = slogdetOp([requireSquare("logdet", input, "complex")], null);
    return isComplex(sign.dtype) ? add(log(sign), logabsdet) : where(eq(sign, -1), Number.NaN, logabsdet);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the determinants of these square matrices. */
    det(): Tensor;
    /** Returns the signs of the determinants of these square matrices, and the logarithms of their absolute values. */
    slogdet(): NamedTensors<"sign" | "logabsdet">;
    /** Returns the logarithms of the determinants of these square matrices. */
    logdet(): Tensor;
  }
}
