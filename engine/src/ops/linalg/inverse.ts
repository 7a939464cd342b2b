/** Inverses of square matrices. */
import { defineFunction, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { neg } from "../elementwise/arithmetic.ts";
import { checkInfo, isSingular, requireSquare } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexIdentity, complexMatrixOf, factorComplexLu, solveComplexFactored } from "./numeric/complex.ts";
import { factorLu } from "./numeric/lu.ts";
import { countMatrices, identity, matrixOf } from "./numeric/matrices.ts";
import { solveFactored } from "./numeric/triangular.ts";
import { mT } from "./operands.ts";
import { invertible } from "./samples.ts";

/** The function in whose name an error is thrown for a singular matrix; `null` for none. */
type Caller = string | null;

const inverseOp: MultiRun<Caller> = defineMultiOp<Caller>({
  name: "invEx",
  torch: "linalg.inv_ex",
  access: "function",
  signature: "A, checkErrors=false",
  dims: "A: ... rows=n columns=n",
  label: () => "A⁻¹",
  tex: { forward: "Y = X^{-1}", vjp: "\\bar X = -Y^\\top \\bar Y\\, Y^\\top" },
  outputs: ([a]) => [a, { shape: a.shape.slice(0, -2), dtype: "int32" }],
  kernel: (out, [a], { inputs: [{ shape }], outs: [, info], params: caller }) => {
    const n = shape[shape.length - 1];
    const pivots = new Int32Array(n);
    for (let b = 0; b < countMatrices(shape); b++) {
      const lu = matrixOf(a, b, n * n);
      const x = identity(n, n);
      info[b] = factorLu(lu, n, n, pivots);
      solveFactored(lu, pivots, x, n, n);
      out.set(x, b * n * n);
    }
    if (caller !== null) checkInfo(caller, info, shape.slice(0, -2), isSingular);
  },
  complex: (out, [a], { inputs: [{ shape }], outs: [, info], params: caller }) => {
    const n = shape[shape.length - 1];
    const pivots = new Int32Array(n);
    for (let b = 0; b < countMatrices(shape); b++) {
      const lu = complexMatrixOf(a, b, n * n);
      const x = complexIdentity(n, n);
      info[b] = factorComplexLu(lu, n, n, pivots);
      solveComplexFactored(lu, pivots, x, n, n);
      out.set(x, 2 * b * n * n);
    }
    if (caller !== null) checkInfo(caller, info, shape.slice(0, -2), isSingular);
  },
  holomorphic: true,
  saves: { outputs: [0] },
  vjp: (g, { output }) => {
    const y = mT(output);
    return [neg(matmul(y, matmul(g, y)))];
  },
  jvp: ([dA], { output, outputMetas: [, info] }) => [
    neg(matmul(output, matmul(dA as Tensor, output))),
    zeros(info.shape, { dtype: "int32" }),
  ],
  batch: ([a], _batched, params) => inverseOp([a], params),
  samples: (r) => [{ A: invertible(r, [3, 3]), checkErrors: true }, { A: invertible(r, [2, 2, 2]) }],
  call: invEx,
});

/** Options of `linalg.invEx`. */
export interface InvExOptions {
  /** Whether to throw an error for a singular matrix; `false` by default. */
  readonly checkErrors?: boolean;
}

/**
 * Returns the inverses of square matrices, [..., n, n], and `info` (int32, [...]): 0, or the number of the first pivot that is 0, where the matrix is singular.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; with `checkErrors`, LinAlgError for a singular matrix.
 * @example linalg.invEx(tensor([[2, 0], [0, 4]])).inverse.toArray(); // [[0.5, 0], [0, 0.25]]
 */
export function invEx(A: Tensor, { checkErrors = false }: InvExOptions = {}): NamedTensors<"inverse" | "info"> {
  const [inverse, info] = inverseOp([requireSquare("linalg.invEx", A, "complex")], checkErrors ? "linalg.invEx" : null);
  return named({ inverse, info });
}

/**
 * Returns the inverses of square matrices, [..., n, n].
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; LinAlgError for a singular matrix.
 * @example inverse(tensor([[2, 0], [0, 4]])).toArray(); // [[0.5, 0], [0, 0.25]]
 */
export const inverse: (input: Tensor) => Tensor = defineFunction(
  {
    name: "inverse",
    torch: "inverse",
    aliases: ["linalg.inv"],
    access: "method",
    signature: "input",
    dims: "input: ... rows=n columns=n",
    tex: "Y = X^{-1}",
    samples: (r) => [{ input: invertible(r, [3, 3]) }, { input: invertible(r, [2, 2, 2]) }],
  },
  (input: Tensor): Tensor => inverseOp([requireSquare("inverse", input, "complex")], "inverse")[0],
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the inverses of these square matrices. */
    inverse(): Tensor;
  }
}
