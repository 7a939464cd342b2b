/** The exports of `nn.init`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/init.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/init.ts";

export const constant_: typeof from.constant_ = guard("constant_", "t: Tensor, value: number", from.constant_);
export const fans: typeof from.fans = guard("fans", "t: Tensor", from.fans);
export const kaimingUniform_: typeof from.kaimingUniform_ = guard("kaimingUniform_", "t: Tensor, options?: { a?: number; generator?: Generator }", from.kaimingUniform_);
export const normal_: typeof from.normal_ = guard("normal_", "t: Tensor, mean?: number, std?: number, generator?: Generator", from.normal_);
export const uniform_: typeof from.uniform_ = guard("uniform_", "t: Tensor, low?: number, high?: number, generator?: Generator", from.uniform_);
export const xavierUniform_: typeof from.xavierUniform_ = guard("xavierUniform_", "t: Tensor, gain?: number, generator?: Generator", from.xavierUniform_);
