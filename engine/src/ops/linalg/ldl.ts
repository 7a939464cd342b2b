/** The LDL factorization of symmetric and Hermitian matrices, and solutions by it. */
import { defineFunction, defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Kernel } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { isComplex, type NumericArray } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { conj } from "../elementwise/complex.ts";
import { unsqueeze } from "../shape/expand.ts";
import { checkInfo, isSingular, requireMatrices, requireSameDType, requireSquare } from "./checks.ts";
import { type NamedTensors, named } from "./named.ts";
import { factorLdl, type LdlMatrix, solveLdl } from "./numeric/ldl.ts";
import { countMatrices } from "./numeric/matrices.ts";
import { positiveDefinite } from "./samples.ts";

/** Parameters of a factorization: whether complex matrices are Hermitian, and the function in whose name an error is thrown for a pivot that is 0; `null` for none. */
interface Factorization {
  readonly hermitian: boolean;
  readonly caller: string | null;
}

/** Returns a copy of `size` elements of so many numbers from element `start` on, by parts. */
function partsOf(x: NumericArray, start: number, size: number, numbers: 1 | 2, hermitian: boolean): LdlMatrix {
  const given = x.subarray(numbers * start, numbers * (start + size));
  if (numbers === 1) return { re: new Float64Array(given), im: null, hermitian: false };
  const part = (which: 0 | 1): Float64Array => Float64Array.from({ length: size }, (_, i) => given[2 * i + which]);
  return { re: part(0), im: part(1), hermitian };
}

/** Writes a matrix by its parts. */
function write(out: NumericArray, start: number, { re, im }: LdlMatrix): void {
  if (im === null) return out.set(re, start);
  for (let i = 0; i < re.length; i++) {
    out[2 * (start + i)] = re[i];
    out[2 * (start + i) + 1] = im[i];
  }
}

/** Returns the kernel for elements of so many numbers. */
const factorKernel =
  (numbers: 1 | 2): Kernel<Factorization> =>
  (out, [x], { inputs: [{ shape }], outs: [, pivots, info], params: { hermitian, caller } }) => {
    const n = shape[shape.length - 1];
    for (let b = 0; b < countMatrices(shape); b++) {
      const a = partsOf(x, b * n * n, n * n, numbers, hermitian);
      info[b] = factorLdl(a, n, pivots.subarray(b * n, (b + 1) * n));
      write(out, b * n * n, a);
    }
    if (caller !== null) checkInfo(caller, info, shape.slice(0, -2), isSingular);
  };

const factorOp: MultiRun<Factorization> = defineMultiOp<Factorization>({
  name: "ldlFactorEx",
  torch: "linalg.ldl_factor_ex",
  access: "function",
  signature: "A, hermitian=false, checkErrors=false",
  dims: "A: ... rows=n columns=n",
  label: () => "L D Lᵀ",
  tex: { forward: "P L D L^\\top P^\\top = X", vjp: "" },
  outputs: ([x]) => [
    x,
    { shape: x.shape.slice(0, -1), dtype: "int32" },
    { shape: x.shape.slice(0, -2), dtype: "int32" },
  ],
  kernel: factorKernel(1),
  complex: factorKernel(2),
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: ([x], _batched, params) => factorOp([x], params),
  samples: (r) => [{ A: positiveDefinite(r, [3, 3]), hermitian: true, checkErrors: true }, { A: r.normal([2, 2, 2]) }],
  call: ldlFactorEx,
});

/** Options of LDL factorizations. */
export interface LdlOptions {
  /** Whether complex matrices are Hermitian, A = Aᴴ, rather than symmetric, A = Aᵀ; `false` by default. */
  readonly hermitian?: boolean;
}

/** Options of `linalg.ldlFactorEx`. */
export interface LdlFactorExOptions extends LdlOptions {
  /** Whether to throw an error for a matrix with a pivot that is 0; `false` by default. */
  readonly checkErrors?: boolean;
}

/**
 * Returns the factors of symmetric or Hermitian matrices [..., n, n] that need not be definite, as LAPACK does: `LD` has D, of blocks of one or two rows, and below it L, whose diagonal is 1;
 * `pivots` (int32, [..., n]) has the rows that each row was exchanged with, counted from 1, and negative for both rows of a block of two; `info` (int32, [...]) is 0, or the number of the
 * first pivot that is 0. The lower triangle is read. There is no gradient. Source: Bunch and Kaufman, "Some stable methods for calculating inertia and solving symmetric linear systems" (1977).
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; with `checkErrors`, LinAlgError for a pivot that is 0.
 * @example linalg.ldlFactorEx(tensor([[4, 2], [2, 3]])).LD.toArray(); // [[4, 0], [0.5, 2]]
 */
export function ldlFactorEx(
  A: Tensor,
  { hermitian = false, checkErrors = false }: LdlFactorExOptions = {},
): NamedTensors<"LD" | "pivots" | "info"> {
  const op = "linalg.ldlFactorEx";
  const [LD, pivots, info] = factorOp([requireSquare(op, A, "complex")], {
    hermitian,
    caller: checkErrors ? op : null,
  });
  return named({ LD, pivots, info });
}

/**
 * Returns the factors of symmetric or Hermitian matrices [..., n, n] that need not be definite: `LD`, and `pivots` (int32, [..., n]), for `linalg.ldlSolve`. The lower triangle is read. There
 * is no gradient.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; LinAlgError for a pivot that is 0.
 * @example linalg.ldlFactor(tensor([[4, 2], [2, 3]])).LD.toArray(); // [[4, 0], [0.5, 2]]
 */
export const ldlFactor: (A: Tensor, options?: LdlOptions) => NamedTensors<"LD" | "pivots"> = defineFunction(
  {
    name: "ldlFactor",
    torch: "linalg.ldl_factor",
    access: "function",
    signature: "A, hermitian=false",
    dims: "A: ... rows=n columns=n",
    tex: "P L D L^\\top P^\\top = X",
    samples: (r) => [{ A: positiveDefinite(r, [3, 3]) }, { A: positiveDefinite(r, [2, 2, 2]), hermitian: true }],
  },
  (A: Tensor, { hermitian = false }: LdlOptions = {}): NamedTensors<"LD" | "pivots"> => {
    const op = "linalg.ldlFactor";
    const [LD, pivots] = factorOp([requireSquare(op, A, "complex")], { hermitian, caller: op });
    return named({ LD, pivots });
  },
);

/** Returns the kernel for elements of so many numbers. */
const solveKernel =
  (numbers: 1 | 2): Kernel<LdlOptions> =>
  (out, [a, p, b], { inputs, outputs: [{ shape }], params: { hermitian = false } }) => {
    const [n, k] = shape.slice(-2);
    const batch = shape.slice(0, -2);
    const strides = inputs.map((m) =>
      broadcastStrides(m.shape.slice(0, -2), contiguousStrides(m.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [i, j, l]) => {
      const x = partsOf(b, l, n * k, numbers, hermitian);
      solveLdl(partsOf(a, i, n * n, numbers, hermitian), n, p.subarray(j, j + n), x, k);
      write(out, at * n * k, x);
    });
  };

const solveOp: Run<LdlOptions> = defineOp<LdlOptions>({
  name: "ldlSubstitute",
  torch: "ops.aten.linalg_ldl_solve",
  access: "internal",
  signature: "LD, pivots, B, hermitian=false",
  label: () => "A⁻¹ B",
  tex: { forward: "X = A^{-1} B", vjp: "\\bar B = A^{-\\mathsf H} \\bar X" },
  outputs: (inputs) => ({
    shape: [
      ...broadcastShapes(
        "ldlSolve",
        inputs.map(({ shape }) => shape.slice(0, -2)),
      ),
      ...inputs[2].shape.slice(-2),
    ],
    dtype: inputs[2].dtype,
  }),
  kernel: solveKernel(1),
  complex: solveKernel(2),
  saves: [{}, {}, { inputs: [0, 1] }],
  vjp: (g, { inputs: [LD, pivots], params, needs }) => {
    if (!needs[2]) return [null, null, null];
    const isSymmetric = isComplex(g.dtype) && params.hermitian !== true;
    const solved = solveOp([LD, pivots, isSymmetric ? conj(g) : g], params);
    return [null, null, isSymmetric ? conj(solved) : solved];
  },
  jvp: ([, , dB], { inputs: [LD, pivots], params, outputMetas: [y] }) =>
    dB === null ? zeros(y.shape, { dtype: y.dtype }) : solveOp([LD, pivots, dB], params),
  batch: "loop",
  samples: (r) => {
    const { LD, pivots } = ldlFactor(positiveDefinite(r, [3, 3]));
    return [{ LD, pivots: unsqueeze(pivots, -1), B: r.normal([3, 2]), hermitian: true }];
  },
  call: (LD: Tensor, pivots: Tensor, B: Tensor, options: LdlOptions) => solveOp([LD.detach(), pivots, B], options),
});

/**
 * Returns the solution X of A X = B, [..., n, k], from the factors and pivots of A, [..., n, n], that `linalg.ldlFactor` returns; the other dimensions broadcast. B has a gradient, the factors
 * have none.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ.
 * @example linalg.ldlSolve(...linalg.ldlFactor(tensor([[4, 2], [2, 3]])), tensor([[6], [5]])).toArray(); // [[1], [1]]
 */
export const ldlSolve: (LD: Tensor, pivots: Tensor, B: Tensor, options?: LdlOptions) => Tensor = defineFunction(
  {
    name: "ldlSolve",
    torch: "linalg.ldl_solve",
    access: "function",
    signature: "LD, pivots, B, hermitian=false",
    tex: "X = A^{-1} B",
    samples: (r) => {
      const { LD, pivots } = ldlFactor(positiveDefinite(r, [2, 3, 3]));
      return [
        { LD, pivots, B: r.normal([2, 3, 2]) },
        { LD, pivots, B: r.normal([3, 1]), hermitian: true },
      ];
    },
  },
  (LD: Tensor, pivots: Tensor, B: Tensor, { hermitian = false }: LdlOptions = {}): Tensor => {
    const op = "linalg.ldlSolve";
    const [factors, p, b] = [
      requireSquare(op, LD, "complex"),
      requireTensor(op, pivots),
      requireMatrices(op, B, "complex"),
    ];
    requireSameDType(op, factors, b);
    if (p.dtype !== "int32" && p.dtype !== "int64")
      throw new DTypeError(op, "pivots must be int32 or int64, as linalg.ldlFactor returns them", [p.dtype]);
    if (!sameShape(p.shape, factors.shape.slice(0, -1)) || factors.size(-1) !== b.size(-2))
      throw new ShapeError(op, "LD [..., n, n], pivots [..., n] and B [..., n, k] must agree in n", [
        factors.shape,
        p.shape,
        b.shape,
      ]);
    return solveOp([factors.detach(), unsqueeze(p, -1), b], { hermitian });
  },
);
