/** The exports of `special`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../ops/special/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../ops/special/index.ts";

export const digamma: typeof from.digamma = guard("digamma", "input: Tensor", from.digamma);
export const entr: typeof from.entr = guard("entr", "input: Tensor", from.entr);
export const erf: typeof from.erf = guard("erf", "input: Tensor", from.erf);
export const erfc: typeof from.erfc = guard("erfc", "input: Tensor", from.erfc);
export const erfcx: typeof from.erfcx = guard("erfcx", "input: Tensor", from.erfcx);
export const erfinv: typeof from.erfinv = guard("erfinv", "input: Tensor", from.erfinv);
export const exp2: typeof from.exp2 = guard("exp2", "input: Tensor", from.exp2);
export const expit: typeof from.expit = guard("expit", "input: Tensor", from.expit);
export const expm1: typeof from.expm1 = guard("expm1", "input: Tensor", from.expm1);
export const gammaln: typeof from.gammaln = guard("gammaln", "input: Tensor", from.gammaln);
export const i0: typeof from.i0 = guard("i0", "input: Tensor", from.i0);
export const i0e: typeof from.i0e = guard("i0e", "input: Tensor", from.i0e);
export const i1: typeof from.i1 = guard("i1", "input: Tensor", from.i1);
export const i1e: typeof from.i1e = guard("i1e", "input: Tensor", from.i1e);
export const log1p: typeof from.log1p = guard("log1p", "input: Tensor", from.log1p);
export const logNdtr: typeof from.logNdtr = guard("logNdtr", "input: Tensor", from.logNdtr);
export const logSoftmax: typeof from.logSoftmax = guard("logSoftmax", "input: Tensor, dim: number, options?: { dtype?: DType | undefined | null }", from.logSoftmax);
export const logit: typeof from.logit = guard("logit", "input: Tensor, options?: { eps?: number | undefined | null }", from.logit);
export const logsumexp: typeof from.logsumexp = guard("logsumexp", "input: Tensor, dim: number | number[], keepdim?: boolean | { keepdim?: boolean }", from.logsumexp);
export const ndtr: typeof from.ndtr = guard("ndtr", "input: Tensor", from.ndtr);
export const ndtri: typeof from.ndtri = guard("ndtri", "input: Tensor", from.ndtri);
export const polygamma: typeof from.polygamma = guard("polygamma", "n: number, input: Tensor", from.polygamma);
export const psi: typeof from.psi = guard("psi", "input: Tensor", from.psi);
export const round: typeof from.round = guard("round", "input: Tensor, options?: { decimals?: number }", from.round);
export const sinc: typeof from.sinc = guard("sinc", "input: Tensor", from.sinc);
export const softmax: typeof from.softmax = guard("softmax", "input: Tensor, dim: number, options?: { dtype?: DType | undefined | null }", from.softmax);
export const xlogy: typeof from.xlogy = guard("xlogy", "input: number | bigint | Tensor | boolean, other: number | bigint | Tensor | boolean", from.xlogy);
