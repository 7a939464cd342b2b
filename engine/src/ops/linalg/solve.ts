/** Systems of linear equations with square matrices. */
import { defineFunction, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { neg } from "../elementwise/arithmetic.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { checkInfo, isSingular, requireSameDType, requireSquare } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { factorComplexLu, solveComplexFactored } from "./numeric/complex.ts";
import { factorLu } from "./numeric/lu.ts";
import { solveFactored } from "./numeric/triangular.ts";
import { addPresent, alignBatches, mT } from "./operands.ts";
import { invertible } from "./samples.ts";

/** The function in whose name an error is thrown for a singular matrix; `null` for none. */
type Caller = string | null;

const solveOp: MultiRun<Caller> = defineMultiOp<Caller>({
  name: "solveEx",
  torch: "linalg.solve_ex",
  access: "function",
  signature: "A, B, left=true, checkErrors=false",
  dims: "A: ... rows=n columns=n; B: ... rows=n columns | rows=n",
  label: () => "A⁻¹ B",
  tex: { forward: "X = A^{-1} B", vjp: "\\bar B = A^{-\\top} \\bar X,\\ \\bar A = -\\bar B X^\\top" },
  outputs: ([a, b]) => {
    const batch = broadcastShapes("solve", [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    return [
      { shape: [...batch, ...b.shape.slice(-2)], dtype: a.dtype },
      { shape: batch, dtype: "int32" },
    ];
  },
  kernel: (out, [a, b], { inputs, outputs: [{ shape }], outs: [, info], params: caller }) => {
    const [n, k] = shape.slice(-2);
    const batch = shape.slice(0, -2);
    const strides = inputs.map((m) =>
      broadcastStrides(m.shape.slice(0, -2), contiguousStrides(m.shape).slice(0, -2), batch),
    );
    const pivots = new Int32Array(n);
    visitElements(batch, strides, (at, [i, j]) => {
      const lu = new Float64Array(a.subarray(i, i + n * n));
      const x = new Float64Array(b.subarray(j, j + n * k));
      info[at] = factorLu(lu, n, n, pivots);
      solveFactored(lu, pivots, x, n, k);
      out.set(x, at * n * k);
    });
    if (caller !== null) checkInfo(caller, info, batch, isSingular);
  },
  complex: (out, [a, b], { inputs, outputs: [{ shape }], outs: [, info], params: caller }) => {
    const [n, k] = shape.slice(-2);
    const batch = shape.slice(0, -2);
    const strides = inputs.map((m) =>
      broadcastStrides(m.shape.slice(0, -2), contiguousStrides(m.shape).slice(0, -2), batch),
    );
    const pivots = new Int32Array(n);
    visitElements(batch, strides, (at, [i, j]) => {
      const lu = new Float64Array(a.subarray(2 * i, 2 * (i + n * n)));
      const x = new Float64Array(b.subarray(2 * j, 2 * (j + n * k)));
      info[at] = factorComplexLu(lu, n, n, pivots);
      solveComplexFactored(lu, pivots, x, n, k);
      out.set(x, 2 * at * n * k);
    });
    if (caller !== null) checkInfo(caller, info, batch, isSingular);
  },
  holomorphic: true,
  saves: [{ inputs: [0], outputs: [0] }, { inputs: [0] }],
  vjp: (g, { inputs: [a], outputs, needs, params }) => {
    const [gB] = solveOp([mT(a), g], params);
    return [needs[0] ? neg(matmul(gB, mT(outputs[0]))) : null, needs[1] ? gB : null];
  },
  jvp: ([dA, dB], { inputs: [a], outputs, outputMetas: [, info], params }) => [
    solveOp([a, addPresent(dA && neg(matmul(dA, outputs[0])), dB)], params)[0],
    zeros(info.shape, { dtype: "int32" }),
  ],
  batch: (operands, batched, params, size) => solveOp(alignBatches(operands, batched, size), params),
  samples: (r) => [
    { A: invertible(r, [3, 3]), B: r.normal([3, 2]), checkErrors: true },
    { A: invertible(r, [2, 3, 3]), B: r.normal([1, 2, 3]), left: false },
    { A: invertible(r, [2, 2]), B: r.normal([2]) },
  ],
  call: solveEx,
});

/** Options of `linalg.solve`. */
export interface SolveOptions {
  /** Whether to solve A X = B, the default, rather than X A = B. */
  readonly left?: boolean;
}

/** Options of `linalg.solveEx`. */
export interface SolveExOptions extends SolveOptions {
  /** Whether to throw an error for a singular matrix; `false` by default. */
  readonly checkErrors?: boolean;
}

/** Whether B is one vector for each matrix: it has one dimension, or the shape of A without its last dimension. */
export const isVector = (A: Tensor, B: Tensor): boolean =>
  B.ndim === 1 || (A.ndim - 1 === B.ndim && sameShape(B.shape, A.shape.slice(0, -1)));

/** Checks the operands, and returns the solution and info. */
function solveAs(op: string, a: Tensor, b: Tensor, left: boolean, checks: boolean): readonly [Tensor, Tensor] {
  const [A, B] = [requireSquare(op, a, "complex"), requireTensor(op, b)];
  if (!isComplex(B.dtype)) requireFloat(op, B.dtype);
  requireSameDType(op, A, B);
  const vector = isVector(A, B);
  if (vector && !left) throw new ArgumentError(op, "X A = B needs matrices B, so left must be true for vectors");
  const matrix = vector ? unsqueeze(B, -1) : B;
  if (matrix.ndim < 2 || A.size(-1) !== matrix.size(left ? -2 : -1))
    throw new ShapeError(op, `A [..., n, n] and B ${left ? "[..., n, k]" : "[..., k, n]"} must agree in n`, [
      A.shape,
      B.shape,
    ]);
  const caller = checks ? op : null;
  const [x, info] = solveOp(left ? [A, matrix] : [mT(A), mT(matrix)], caller);
  return [vector ? squeeze(x, -1) : left ? x : mT(x), info];
}

/**
 * Returns the solution X of A X = B for square matrices A, [..., n, n] and [..., n, k]: [..., n, k], or with `left: false` of X A = B; the other dimensions broadcast. B is
 * a vector for each matrix if it has one dimension, or the shape of A without its last one. Also returns `info` (int32): 0, or the number of the first pivot that is 0.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ; with `checkErrors`, LinAlgError for a singular matrix.
 * @example linalg.solveEx(tensor([[2, 0], [0, 0]]), tensor([1, 1])).info.item(); // 2
 */
export function solveEx(
  A: Tensor,
  B: Tensor,
  { left = true, checkErrors = false }: SolveExOptions = {},
): NamedTensors<"result" | "info"> {
  const [result, info] = solveAs("linalg.solveEx", A, B, left, checkErrors);
  return named({ result, info });
}

/**
 * Returns the solution X of A X = B for square matrices A, [..., n, n] and [..., n, k]: [..., n, k], or with `left: false` of X A = B; the other dimensions broadcast. B is
 * a vector for each matrix if it has one dimension, or the shape of A without its last one.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ; LinAlgError for a singular matrix.
 * @example linalg.solve(tensor([[2, 0], [0, 4]]), tensor([1, 2])).toArray(); // [0.5, 0.5]
 */
export const solve: (A: Tensor, B: Tensor, options?: SolveOptions) => Tensor = defineFunction(
  {
    name: "solve",
    torch: "linalg.solve",
    access: "function",
    signature: "A, B, left=true",
    dims: "A: ... rows=n columns=n; B: ... rows=n columns | rows=n",
    tex: "X = A^{-1} B",
    samples: (r) => [
      { A: invertible(r, [3, 3]), B: r.normal([3, 2]) },
      { A: invertible(r, [2, 3, 3]), B: r.normal([1, 2, 3]), left: false },
      { A: invertible(r, [2, 2, 2]), B: r.normal([2, 2]) },
    ],
  },
  (A: Tensor, B: Tensor, { left = true }: SolveOptions = {}): Tensor => solveAs("linalg.solve", A, B, left, true)[0],
);
