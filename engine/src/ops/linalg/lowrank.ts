/** Randomized decompositions of matrices of low rank (Halko, Martinsson and Tropp, "Finding structure with randomness", 2009). */
import { defineComposite } from "../../dispatch/define.ts";
import { randn } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { sub } from "../elementwise/arithmetic.ts";
import { mean } from "../reduce/sum.ts";
import { requireMatrices } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { mT } from "./operands.ts";
import { linalgQr } from "./qr.ts";
import { linalgSvd } from "./svd.ts";

/** Returns orthonormal columns [..., m, q] that approximately span the columns of A, by subspace iterations on random vectors. */
function basisOf(A: Tensor, q: number, iterations: number): Tensor {
  let Q = linalgQr(matmul(A, randn([A.size(-1), q], { dtype: A.dtype }))).Q;
  for (let i = 0; i < iterations; i++) {
    Q = linalgQr(matmul(mT(A), Q)).Q;
    Q = linalgQr(matmul(A, Q)).Q;
  }
  return Q;
}

/** Returns the decomposition of A in a basis of q columns. */
function decomposed(op: string, A: Tensor, q: number, iterations: number): NamedTensors<"U" | "S" | "V"> {
  if (!Number.isInteger(iterations) || iterations < 0)
    throw new ArgumentError(op, `niter must be an integer of at least 0, but got ${iterations}`);
  const [m, n] = [A.size(-2), A.size(-1)];
  if (!Number.isInteger(q) || q < 0 || q > Math.min(m, n))
    throw new ArgumentError(op, `q must be an integer in 0 to ${Math.min(m, n)}, the smaller size, but got ${q}`);
  const tall = m < n ? mT(A) : A;
  const Q = basisOf(tall, q, iterations);
  const { U, S, Vh } = linalgSvd(matmul(mT(Q), tall), false);
  const [left, right] = [matmul(Q, U), mT(Vh)];
  return m < n ? named({ U: right, S, V: left }) : named({ U: left, S, V: right });
}

/** Options of `svdLowrank`. */
export interface SvdLowrankOptions {
  /** The number of singular values that are computed, a little more than the rank; 6 by default. */
  readonly q?: number | null;
  /** The number of subspace iterations; 2 by default. */
  readonly niter?: number | null;
  /** A matrix that is subtracted from A first; none by default. */
  readonly M?: Tensor | null;
}

/**
 * Returns U [..., m, q], S [..., q] and V [..., n, q] with A ≈ U diag(S) Vᵀ, of matrices [..., m, n] of a rank of about q, by random projections; `manualSeed` repeats them.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; ArgumentError when q is larger than a size.
 * @example svdLowrank(tensor([[3, 0], [0, 0]]), { q: 1 }).S.item(); // 3
 */
export const svdLowrank: (
  A: Tensor,
  q?: number | null | SvdLowrankOptions,
  options?: SvdLowrankOptions,
) => NamedTensors<"U" | "S" | "V"> = defineComposite(
  {
    name: "svdLowrank",
    torch: "svd_lowrank",
    access: "function",
    signature: "A, q=6, niter=2, M=null",
    tex: "U \\mathrm{diag}(s) V^\\top \\approx X",
    samples: (r) => [{ A: r.normal([3, 2]), q: 0, niter: 1, M: r.normal([3, 2]) }],
  },
  (
    A: Tensor,
    q: number | null | SvdLowrankOptions = {},
    options: SvdLowrankOptions = {},
  ): NamedTensors<"U" | "S" | "V"> => {
    const o: SvdLowrankOptions = typeof q === "object" && q !== null ? { ...options, ...q } : { ...options, q };
    const x = requireMatrices("svdLowrank", A);
    const given = o.M === null || o.M === undefined ? x : sub(x, o.M);
    return decomposed("svdLowrank", given, o.q ?? 6, o.niter ?? 2);
  },
);

/** Options of `pcaLowrank`. */
export interface PcaLowrankOptions {
  /** The number of components, a little more than the rank; min(6, m, n) by default. */
  readonly q?: number | null;
  /** Whether the mean of each column is subtracted first, the default. */
  readonly center?: boolean;
  /** The number of subspace iterations; 2 by default. */
  readonly niter?: number;
}

/**
 * Returns U [..., m, q], S [..., q] and V [..., n, q] with A ≈ U diag(S) Vᵀ for matrices [..., m, n] whose columns have the mean 0, or are given it first: the columns of V are the
 * principal directions. By random projections; `manualSeed` repeats them.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; ArgumentError when q is larger than a size.
 * @example pcaLowrank(tensor([[1, 0], [-1, 0]]), { q: 1 }).S.item(); // 1.414…
 */
export const pcaLowrank: (
  A: Tensor,
  q?: number | null | PcaLowrankOptions,
  center?: boolean | PcaLowrankOptions,
  niter?: number,
) => NamedTensors<"U" | "S" | "V"> = defineComposite(
  {
    name: "pcaLowrank",
    torch: "pca_lowrank",
    access: "function",
    signature: "A, q=null, center=true, niter=2",
    tex: "U \\mathrm{diag}(s) V^\\top \\approx X - \\mu",
    samples: (r) => [{ A: r.normal([3, 2]), q: 0, center: false, niter: 1 }],
  },
  (
    A: Tensor,
    q: number | null | PcaLowrankOptions = {},
    center: boolean | PcaLowrankOptions = {},
    niter?: number,
  ): NamedTensors<"U" | "S" | "V"> => {
    const rest: PcaLowrankOptions = typeof center === "boolean" ? { center } : center;
    const o: PcaLowrankOptions = typeof q === "object" && q !== null ? { ...rest, ...q } : { ...rest, q };
    const x = requireMatrices("pcaLowrank", A);
    const given = (o.center ?? true) ? sub(x, mean(x, -2, true)) : x;
    return decomposed("pcaLowrank", given, o.q ?? Math.min(6, x.size(-1), x.size(-2)), niter ?? o.niter ?? 2);
  },
);
