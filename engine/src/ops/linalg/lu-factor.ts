/** The LU factorization with partial pivoting. */
import { defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, sub } from "../elementwise/arithmetic.ts";
import { cat } from "../shape/join.ts";
import { tril, triu } from "../shape/triangle.ts";
import { narrow } from "../shape/window.ts";
import { checkInfo, isSingular, requireMatrices } from "./checks.ts";
import { exchangeRows } from "./exchange-rows.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexMatrixOf, factorComplexLu } from "./numeric/complex.ts";
import { factorLu } from "./numeric/lu.ts";
import { countMatrices, matrixOf } from "./numeric/matrices.ts";
import { mT } from "./operands.ts";
import { invertible } from "./samples.ts";
import { solveTriangular } from "./solve-triangular.ts";

/** The function in whose name an error is thrown for a pivot that is 0; `null` for none. */
type Caller = string | null;

/** The factors of matrices [..., m, n] in one tensor, cut at k = min(m, n). */
interface Blocks {
  /** The leading k rows and columns. */
  readonly square: Tensor;
  /** The rows of L below, of m > n. */
  readonly below: Tensor | null;
  /** The columns of U to the right, of n > m. */
  readonly right: Tensor | null;
}

/** Cuts a tensor of the shape of the factors. */
function blocksOf(x: Tensor): Blocks {
  const [m, n] = [x.size(-2), x.size(-1)];
  const k = Math.min(m, n);
  return {
    square: narrow(narrow(x, -2, 0, k), -1, 0, k),
    below: m > k ? narrow(x, -2, k, m - k) : null,
    right: n > k ? narrow(x, -1, k, n - k) : null,
  };
}

/** Puts the blocks together. */
const joined = ({ square, below, right }: Blocks): Tensor =>
  below !== null ? cat([square, below], -2) : right !== null ? cat([square, right], -1) : square;

/**
 * Returns the cotangent of A = P [L₁; L₂] [U₁ U₂] from that of the factors. With L₂ = A₂ U₁⁻¹ and U₂ = L₁⁻¹ A₂, the square part has
 * Ā = L₁⁻ᵀ (tril(L₁ᵀ L̄₁ - Ū₂ U₂ᵀ, -1) + triu(Ū₁ U₁ᵀ - L₂ᵀ L̄₂)) U₁⁻ᵀ, where the bars are of the factors alone.
 */
function throughFactors(g: Tensor, { outputs: [LU, pivots] }: RuleContext<Caller>): Tensor {
  const [{ square, below, right }, bar] = [blocksOf(LU), blocksOf(g)];
  const transposedU = mT(triu(square));
  const transposedL = mT(square);
  const ofL = (x: Tensor): Tensor => solveTriangular(transposedL, x, true, { unitriangular: true });
  const ofU = (x: Tensor): Tensor => solveTriangular(transposedU, x, false, { left: false });
  const unitL = tril(square, -1);
  let inL = add(matmul(mT(unitL), tril(bar.square, -1)), tril(bar.square, -1));
  let inU = matmul(triu(bar.square), transposedU);
  if (right !== null) inL = sub(inL, matmul(bar.right as Tensor, mT(right)));
  if (below !== null) inU = sub(inU, matmul(mT(below), bar.below as Tensor));
  const whole = joined({
    square: ofU(ofL(add(tril(inL, -1), triu(inU)))),
    below: below === null ? null : ofU(bar.below as Tensor),
    right: right === null ? null : ofL(bar.right as Tensor),
  });
  return exchangeRows(whole, pivots, true);
}

/** Returns the tangent of the factors from that of A. */
function factorsTangent(dA: Tensor, LU: Tensor, pivots: Tensor): Tensor {
  const [{ square, below, right }, moved] = [blocksOf(LU), blocksOf(exchangeRows(dA, pivots, false))];
  const ofL = (x: Tensor): Tensor => solveTriangular(square, x, false, { unitriangular: true });
  const ofU = (x: Tensor): Tensor => solveTriangular(square, x, true, { left: false });
  const inner = ofU(ofL(moved.square));
  const [inL, dU] = [tril(inner, -1), matmul(triu(inner), triu(square))];
  const dL = add(matmul(tril(square, -1), inL), inL);
  return joined({
    square: add(dL, dU),
    below: below === null ? null : ofU(sub(moved.below as Tensor, matmul(below, dU))),
    right: right === null ? null : ofL(sub(moved.right as Tensor, matmul(dL, right))),
  });
}

const factorOp: MultiRun<Caller> = defineMultiOp<Caller>({
  name: "luFactorEx",
  torch: "linalg.lu_factor_ex",
  access: "function",
  signature: "A, pivot=true, checkErrors=false",
  label: () => "P L U",
  tex: {
    forward: "P L U = X",
    vjp: "\\bar X = P L^{-\\top} (\\mathrm{tril}_{-1}(L^\\top \\bar L) + \\mathrm{triu}(\\bar U U^\\top)) U^{-\\top}",
  },
  outputs: ([x]) => {
    const batch = x.shape.slice(0, -2);
    const k = Math.min(...x.shape.slice(-2));
    return [x, { shape: [...batch, k], dtype: "int32" }, { shape: batch, dtype: "int32" }];
  },
  kernel: (out, [x], { inputs: [{ shape }], outs: [, pivots, info], params: caller }) => {
    const [m, n] = shape.slice(-2);
    const k = Math.min(m, n);
    for (let b = 0; b < countMatrices(shape); b++) {
      const a = matrixOf(x, b, m * n);
      info[b] = factorLu(a, m, n, pivots.subarray(b * k, (b + 1) * k));
      out.set(a, b * m * n);
    }
    if (caller !== null) checkInfo(caller, info, shape.slice(0, -2), isSingular);
  },
  complex: (out, [x], { inputs: [{ shape }], outs: [, pivots, info], params: caller }) => {
    const [m, n] = shape.slice(-2);
    const k = Math.min(m, n);
    for (let b = 0; b < countMatrices(shape); b++) {
      const a = complexMatrixOf(x, b, m * n);
      info[b] = factorComplexLu(a, m, n, pivots.subarray(b * k, (b + 1) * k));
      out.set(a, 2 * b * m * n);
    }
    if (caller !== null) checkInfo(caller, info, shape.slice(0, -2), isSingular);
  },
  holomorphic: true,
  saves: { outputs: [0, 1] },
  vjp: (g, ctx) => [throughFactors(g, ctx)],
  jvp: ([dA], { outputs: [LU, pivots], outputMetas: [, p, info] }) => [
    factorsTangent(dA as Tensor, LU, pivots),
    zeros(p.shape, { dtype: "int32" }),
    zeros(info.shape, { dtype: "int32" }),
  ],
  batch: ([x], _batched, params) => factorOp([x], params),
  samples: (r) => [
    { A: r.normal([3, 3]), checkErrors: true },
    { A: r.normal([2, 3, 2]) },
    { A: invertible(r, [2, 2]), pivot: true },
    { A: r.normal([2, 3]) },
  ],
  call: luFactorEx,
});

/** Options of LU factorizations. */
export interface LuOptions {
  /** Whether rows are exchanged. PyTorch computes nothing else without a GPU, so `true` is the only value. */
  readonly pivot?: boolean;
}

/** Options of `linalg.luFactorEx`. */
export interface LuFactorExOptions extends LuOptions {
  /** Whether to throw an error for a matrix with a pivot that is 0; `false` by default. */
  readonly checkErrors?: boolean;
}

/** Returns LU, pivots and info, with the name of the calling function in errors; with `checks` also for pivots that are 0. */
export function factorAs(
  op: string,
  A: Tensor,
  options: boolean | LuOptions,
  checks: boolean,
): readonly [LU: Tensor, pivots: Tensor, info: Tensor] {
  const x = requireMatrices(op, A, "complex");
  if (!(typeof options === "boolean" ? options : (options.pivot ?? true)))
    throw new ArgumentError(op, "only factorizations with pivoting are supported, so pivot must be true");
  const [LU, pivots, info] = factorOp([x], checks ? op : null);
  return [LU, pivots, info];
}

/**
 * Returns the factors of A = P L U, [..., m, n], in one tensor: U on and above the diagonal, and below it L, whose diagonal is 1; `pivots` (int32), the rows that each row was
 * exchanged with, counted from 1; and `info` (int32): 0, or the number of the first pivot that is 0, counted from 1.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; with `checkErrors`, LinAlgError for a pivot that is 0.
 * @example linalg.luFactorEx(tensor([[0, 2], [4, 2]])).LU.toArray(); // [[4, 2], [0, 2]]
 */
export function luFactorEx(
  A: Tensor,
  pivot: boolean | LuFactorExOptions = {},
  options: LuFactorExOptions = {},
): NamedTensors<"LU" | "pivots" | "info"> {
  const { checkErrors = false } = typeof pivot === "boolean" ? options : pivot;
  const [LU, pivots, info] = factorAs("linalg.luFactorEx", A, pivot, checkErrors);
  return named({ LU, pivots, info });
}
