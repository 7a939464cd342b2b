/** The exports of `linalg`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../ops/linalg/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../ops/linalg/index.ts";

export const cholesky: typeof from.cholesky = guard("cholesky", "input: Tensor, upper?: boolean | { upper?: boolean }", from.cholesky);
export const choleskyEx: typeof from.choleskyEx = guard("choleskyEx", "input: Tensor, upper?: boolean | { checkErrors?: boolean; upper?: boolean }, options?: { checkErrors?: boolean; upper?: boolean }", from.choleskyEx);
export const cross: typeof from.cross = guard("cross", "input: Tensor, other: Tensor, dim?: number | { dim?: number }", from.cross);
export const det: typeof from.det = guard("det", "input: Tensor", from.det);
export const householderProduct: typeof from.householderProduct = guard("householderProduct", "input: Tensor, tau: Tensor", from.householderProduct);
export const inv: typeof from.inv = guard("inv", "input: Tensor", from.inv);
export const invEx: typeof from.invEx = guard("invEx", "A: Tensor, options?: { checkErrors?: boolean }", from.invEx);
export const lu: typeof from.lu = guard("lu", "A: Tensor, pivot?: boolean | { pivot?: boolean }", from.lu);
export const luFactor: typeof from.luFactor = guard("luFactor", "A: Tensor, pivot?: boolean | { pivot?: boolean }", from.luFactor);
export const luFactorEx: typeof from.luFactorEx = guard("luFactorEx", "A: Tensor, pivot?: boolean | { checkErrors?: boolean; pivot?: boolean }, options?: { checkErrors?: boolean; pivot?: boolean }", from.luFactorEx);
export const luSolve: typeof from.luSolve = guard("luSolve", "LU: Tensor, pivots: Tensor, B: Tensor, options?: { left?: boolean; adjoint?: boolean }", from.luSolve);
export const matmul: typeof from.matmul = guard("matmul", "input: Tensor, other: Tensor", from.matmul);
export const matrixNorm: typeof from.matrixNorm = guard("matrixNorm", "input: Tensor, ord?: number | \"fro\" | \"nuc\" | { ord?: number | \"fro\" | \"nuc\"; dim?: number[]; keepdim?: boolean; dtype?: DType | undefined | null }, dim?: number[] | { ord?: number | \"fro\" | \"nuc\"; dim?: number[]; keepdim?: boolean; dtype?: DType | undefined | null }, keepdim?: boolean | { ord?: number | \"fro\" | \"nuc\"; dim?: number[]; keepdim?: boolean; dtype?: DType | undefined | null }", from.matrixNorm);
export const matrixPower: typeof from.matrixPower = guard("matrixPower", "input: Tensor, n: number", from.matrixPower);
export const multiDot: typeof from.multiDot = guard("multiDot", "tensors: Tensor[]", from.multiDot);
export const norm: typeof from.norm = guard("norm", "input: Tensor, ord?: number | \"fro\" | \"nuc\" | { dtype?: DType | undefined | null; keepdim?: boolean; ord?: number | \"fro\" | \"nuc\" | undefined | null; dim?: number | number[] | undefined | null } | undefined | null, dim?: number | number[] | { dtype?: DType | undefined | null; keepdim?: boolean; ord?: number | \"fro\" | \"nuc\" | undefined | null; dim?: number | number[] | undefined | null } | undefined | null, keepdim?: boolean | { dtype?: DType | undefined | null; keepdim?: boolean; ord?: number | \"fro\" | \"nuc\" | undefined | null; dim?: number | number[] | undefined | null }", from.norm);
export const qr: typeof from.qr = guard("qr", "A: Tensor, mode?: \"reduced\" | \"complete\" | \"r\" | { mode?: \"reduced\" | \"complete\" | \"r\" }", from.qr);
export const slogdet: typeof from.slogdet = guard("slogdet", "input: Tensor", from.slogdet);
export const solve: typeof from.solve = guard("solve", "A: Tensor, B: Tensor, options?: { left?: boolean }", from.solve);
export const solveEx: typeof from.solveEx = guard("solveEx", "A: Tensor, B: Tensor, options?: { checkErrors?: boolean; left?: boolean }", from.solveEx);
export const solveTriangular: typeof from.solveTriangular = guard("solveTriangular", "A: Tensor, B: Tensor, upper: boolean, options?: { left?: boolean; unitriangular?: boolean }", from.solveTriangular);
export const vander: typeof from.vander = guard("vander", "x: Tensor, N?: number | { N?: number | undefined | null } | undefined | null", from.vander);
export const vecdot: typeof from.vecdot = guard("vecdot", "input: Tensor, other: Tensor, dim?: number | { dim?: number }", from.vecdot);
export const vectorNorm: typeof from.vectorNorm = guard("vectorNorm", "input: Tensor, ord?: number | { ord?: number; dtype?: DType | undefined | null; dim?: number | number[] | undefined | null; keepdim?: boolean }, dim?: number | number[] | { ord?: number; dtype?: DType | undefined | null; dim?: number | number[] | undefined | null; keepdim?: boolean } | undefined | null, keepdim?: boolean | { ord?: number; dtype?: DType | undefined | null; dim?: number | number[] | undefined | null; keepdim?: boolean }", from.vectorNorm);
