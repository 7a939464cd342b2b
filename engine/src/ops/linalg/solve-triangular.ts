/** Triangular systems of linear equations. */
import { defineFunction, defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { neg } from "../elementwise/arithmetic.ts";
import { clone } from "../elementwise/convert.ts";
import { expand } from "../shape/expand.ts";
import { tril, triu } from "../shape/triangle.ts";
import { requireMatrices, requireSameDType, requireSquare } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { adjointOf, substituteComplex } from "./numeric/complex.ts";
import { transposed } from "./numeric/matrices.ts";
import { substitute } from "./numeric/triangular.ts";
import { addPresent, alignBatches, mT } from "./operands.ts";
import { upperTriangular } from "./samples.ts";

/** Parameters of a triangular system. */
interface System {
  readonly upper: boolean;
  /** Whether the system is A X = B, rather than X A = B. */
  readonly left: boolean;
  /** Whether the diagonal of A is taken as 1. */
  readonly unitriangular: boolean;
}

/** Returns the elements of a matrix that the system reads. */
const triangleOf = (x: Tensor, { upper, unitriangular }: System): Tensor =>
  upper ? triu(x, Number(unitriangular)) : tril(x, -Number(unitriangular));

const solveOp: Run<System> = defineOp<System>({
  name: "solveTriangular",
  torch: "linalg.solve_triangular",
  access: "function",
  signature: "A, B, upper, left=true, unitriangular=false",
  label: ({ upper, left }) => `${left ? "A⁻¹ B" : "B A⁻¹"}, ${upper ? "upper" : "lower"}`,
  tex: { forward: "X = A^{-1} B", vjp: "\\bar B = A^{-\\top} \\bar X,\\ \\bar A = -\\mathrm{tri}(\\bar B X^\\top)" },
  outputs: ([{ shape: a, dtype }, { shape: b }], { left }) => {
    if (a[a.length - 1] !== b[b.length - (left ? 2 : 1)])
      throw new ShapeError(
        "solveTriangular",
        left ? "A [..., n, n] and B [..., n, k] must agree in n" : "A [..., n, n] and B [..., k, n] must agree in n",
        [a, b],
      );
    return { shape: [...broadcastShapes("solveTriangular", [a.slice(0, -2), b.slice(0, -2)]), ...b.slice(-2)], dtype };
  },
  kernel: (out, [a, b], { inputs, outputs: [{ shape }], params: { upper, left, unitriangular: unit } }) => {
    const [rows, columns] = shape.slice(-2);
    const [n, k] = left ? [rows, columns] : [columns, rows];
    const batch = shape.slice(0, -2);
    const strides = inputs.map((m) =>
      broadcastStrides(m.shape.slice(0, -2), contiguousStrides(m.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [i, j]) => {
      const triangle = new Float64Array(a.subarray(i, i + n * n));
      const given = new Float64Array(b.subarray(j, j + n * k));
      const x = left ? given : transposed(given, k, n);
      substitute(triangle, x, n, k, { upper, unit, transposed: !left });
      out.set(left ? x : transposed(x, n, k), at * n * k);
    });
  },
  complex: (out, [a, b], { inputs, outputs: [{ shape }], params: { upper, left, unitriangular: unit } }) => {
    const [rows, columns] = shape.slice(-2);
    const [n, k] = left ? [rows, columns] : [columns, rows];
    const batch = shape.slice(0, -2);
    const strides = inputs.map((m) =>
      broadcastStrides(m.shape.slice(0, -2), contiguousStrides(m.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [i, j]) => {
      const given = new Float64Array(a.subarray(2 * i, 2 * (i + n * n)));
      const right = new Float64Array(b.subarray(2 * j, 2 * (j + n * k)));
      // X A = B is Aᴴ Xᴴ = Bᴴ
      const [triangle, x] = left ? [given, right] : [adjointOf(given, n, n), adjointOf(right, k, n)];
      substituteComplex(triangle, x, n, k, { upper: upper === left, unit });
      out.set(left ? x : adjointOf(x, n, k), 2 * at * n * k);
    });
  },
  holomorphic: true,
  saves: [{ inputs: [0], outputs: [0] }, { inputs: [0] }],
  vjp: (g, ctx) => {
    const { needs, params, inputs } = ctx;
    const gB = solveOp([mT(inputs[0]), g], { ...params, upper: !params.upper });
    if (!needs[0]) return [null, gB];
    const x = mT(ctx.output);
    return [neg(triangleOf(params.left ? matmul(gB, x) : matmul(x, gB), params)), needs[1] ? gB : null];
  },
  jvp: ([dA, dB], ctx) => {
    const { params, inputs } = ctx;
    const moved = (d: Tensor): Tensor => {
      const t = triangleOf(d, params);
      return neg(params.left ? matmul(t, ctx.output) : matmul(ctx.output, t));
    };
    return solveOp([inputs[0], addPresent(dA && moved(dA), dB)], params);
  },
  batch: (operands, batched, params, size) => solveOp(alignBatches(operands, batched, size), params),
  samples: (r) => [
    { A: upperTriangular(r, [3, 3]), B: r.normal([3, 2]), upper: true },
    { A: mT(upperTriangular(r, [2, 3, 3])), B: r.normal([2, 3]), upper: false, left: false },
    { A: upperTriangular(r, [2, 2]), B: r.normal([2, 2, 3]), upper: true, unitriangular: true },
  ],
  call: solveTriangular,
});

/** Options of `linalg.solveTriangular`. */
export interface SolveTriangularOptions {
  /** Whether to solve A X = B, the default, rather than X A = B. */
  readonly left?: boolean;
  /** Whether the diagonal of A is taken as 1, and not read; `false` by default. */
  readonly unitriangular?: boolean;
}

/** Runs the op with the name of the calling function in its errors. */
function solveAs(op: string, a: Tensor, b: Tensor, params: System): Tensor {
  const [A, B] = [requireSquare(op, a, "complex"), requireMatrices(op, b, "complex")];
  requireSameDType(op, A, B);
  return solveOp([A, B], params);
}

/**
 * Returns the solution X of A X = B for triangular matrices A, [..., n, n] and [..., n, k]: [..., n, k], or with `left: false` of X A = B. The other triangle is not
 * read and gets no gradient; the other dimensions broadcast. A diagonal with 0 gives infinities and NaNs.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ.
 * @example linalg.solveTriangular(tensor([[2, 0], [1, 1]]), tensor([[4], [5]]), false).toArray(); // [[2], [3]]
 */
export function solveTriangular(
  A: Tensor,
  B: Tensor,
  upper: boolean,
  { left = true, unitriangular = false }: SolveTriangularOptions = {},
): Tensor {
  return solveAs("linalg.solveTriangular", A, B, { upper, left, unitriangular });
}

/** Options of `triangularSolve`. */
export interface TriangularSolveOptions {
  /** Whether A is upper triangular, the default, rather than lower triangular. */
  readonly upper?: boolean;
  /** Whether to solve Aᵀ X = B; `false` by default. */
  readonly transpose?: boolean;
  /** Whether the diagonal of A is taken as 1, and not read; `false` by default. */
  readonly unitriangular?: boolean;
}

/**
 * Returns the solution X of A X = B for triangular matrices A, [..., n, n] and [..., n, k]: [..., n, k], and a copy of A. `linalg.solveTriangular` replaces it.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ.
 * @example triangularSolve(tensor([[4], [3]]), tensor([[2, 0], [0, 1]])).solution.toArray(); // [[2], [3]]
 */
export const triangularSolve: (
  input: Tensor,
  A: Tensor,
  options?: TriangularSolveOptions,
) => NamedTensors<"solution" | "clonedCoefficient"> = defineFunction(
  {
    name: "triangularSolve",
    torch: "triangular_solve",
    access: "method",
    signature: "input, A, upper=true, transpose=false, unitriangular=false",
    tex: "X = A^{-1} B",
    samples: (r) => [
      { input: r.normal([3, 2]), A: upperTriangular(r, [3, 3]) },
      { input: r.normal([2, 2]), A: mT(upperTriangular(r, [2, 2])), upper: false, transpose: true },
      { input: r.normal([2, 2]), A: upperTriangular(r, [2, 2]), unitriangular: true },
    ],
  },
  (
    input: Tensor,
    A: Tensor,
    { upper = true, transpose = false, unitriangular = false }: TriangularSolveOptions = {},
  ): NamedTensors<"solution" | "clonedCoefficient"> => {
    const a = requireSquare("triangularSolve", A, "complex");
    const [matrix, isUpper] = transpose ? [mT(a), !upper] : [a, upper];
    const solution = solveAs("triangularSolve", matrix, input, { upper: isUpper, left: true, unitriangular });
    const shape = [...solution.shape.slice(0, -2), ...a.shape.slice(-2)];
    return named({ solution, clonedCoefficient: clone(expand(a, shape)) });
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the solution X of A X = B for triangular matrices A and these right-hand sides B, and a copy of A. */
    triangularSolve(A: Tensor, options?: TriangularSolveOptions): NamedTensors<"solution" | "clonedCoefficient">;
  }
}
