/** The exports of `special`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../ops/special/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../ops/special/index.ts";

export const erf: typeof from.erf = guard("erf", "input: Tensor", from.erf);
export const exp2: typeof from.exp2 = guard("exp2", "input: Tensor", from.exp2);
export const expit: typeof from.expit = guard("expit", "input: Tensor", from.expit);
export const expm1: typeof from.expm1 = guard("expm1", "input: Tensor", from.expm1);
export const log1p: typeof from.log1p = guard("log1p", "input: Tensor", from.log1p);
export const logSoftmax: typeof from.logSoftmax = guard("logSoftmax", "input: Tensor, dim: number, options?: { dtype?: \"float32\" | \"float64\" | \"int32\" | \"bool\" | undefined | null }", from.logSoftmax);
export const logsumexp: typeof from.logsumexp = guard("logsumexp", "input: Tensor, dim: number | number[], keepdim?: boolean | { keepdim?: boolean }", from.logsumexp);
export const sinc: typeof from.sinc = guard("sinc", "input: Tensor", from.sinc);
export const softmax: typeof from.softmax = guard("softmax", "input: Tensor, dim: number, options?: { dtype?: \"float32\" | \"float64\" | \"int32\" | \"bool\" | undefined | null }", from.softmax);
export const xlogy: typeof from.xlogy = guard("xlogy", "input: number | Tensor | boolean, other: number | Tensor | boolean", from.xlogy);
