/** The exports of `linalg`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../ops/linalg/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../ops/linalg/index.ts";

export const cross: typeof from.cross = guard("cross", "input: Tensor, other: Tensor, dim?: number | { dim?: number }", from.cross);
export const matmul: typeof from.matmul = guard("matmul", "input: Tensor, other: Tensor", from.matmul);
export const matrixNorm: typeof from.matrixNorm = guard("matrixNorm", "input: Tensor, ord?: number | \"fro\" | \"nuc\" | { ord?: number | \"fro\" | \"nuc\"; dim?: number[]; keepdim?: boolean; dtype?: DType | undefined | null }, dim?: number[] | { ord?: number | \"fro\" | \"nuc\"; dim?: number[]; keepdim?: boolean; dtype?: DType | undefined | null }, keepdim?: boolean | { ord?: number | \"fro\" | \"nuc\"; dim?: number[]; keepdim?: boolean; dtype?: DType | undefined | null }", from.matrixNorm);
export const matrixPower: typeof from.matrixPower = guard("matrixPower", "input: Tensor, n: number", from.matrixPower);
export const multiDot: typeof from.multiDot = guard("multiDot", "tensors: Tensor[]", from.multiDot);
export const norm: typeof from.norm = guard("norm", "input: Tensor, ord?: number | \"fro\" | \"nuc\" | { dtype?: DType | undefined | null; keepdim?: boolean; ord?: number | \"fro\" | \"nuc\" | undefined | null; dim?: number | number[] | undefined | null } | undefined | null, dim?: number | number[] | { dtype?: DType | undefined | null; keepdim?: boolean; ord?: number | \"fro\" | \"nuc\" | undefined | null; dim?: number | number[] | undefined | null } | undefined | null, keepdim?: boolean | { dtype?: DType | undefined | null; keepdim?: boolean; ord?: number | \"fro\" | \"nuc\" | undefined | null; dim?: number | number[] | undefined | null }", from.norm);
export const vander: typeof from.vander = guard("vander", "x: Tensor, N?: number | { N?: number | undefined | null } | undefined | null", from.vander);
export const vecdot: typeof from.vecdot = guard("vecdot", "input: Tensor, other: Tensor, dim?: number | { dim?: number }", from.vecdot);
export const vectorNorm: typeof from.vectorNorm = guard("vectorNorm", "input: Tensor, ord?: number | { ord?: number; dtype?: DType | undefined | null; dim?: number | number[] | undefined | null; keepdim?: boolean }, dim?: number | number[] | { ord?: number; dtype?: DType | undefined | null; dim?: number | number[] | undefined | null; keepdim?: boolean } | undefined | null, keepdim?: boolean | { ord?: number; dtype?: DType | undefined | null; dim?: number | number[] | undefined | null; keepdim?: boolean }", from.vectorNorm);
