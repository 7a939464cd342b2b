/** The exports of `nn.init`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/init/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/init/index.ts";

export const calculateGain: typeof from.calculateGain = guard("calculateGain", "nonlinearity: \"relu\" | \"tanh\" | \"linear\" | \"conv1d\" | \"conv2d\" | \"conv3d\" | \"convTranspose1d\" | \"convTranspose2d\" | \"convTranspose3d\" | \"sigmoid\" | \"leakyRelu\" | \"selu\", param?: number", from.calculateGain);
export const constant_: typeof from.constant_ = guard("constant_", "t: Tensor, value: number", from.constant_);
export const dirac_: typeof from.dirac_ = guard("dirac_", "t: Tensor, groups?: number", from.dirac_);
export const eye_: typeof from.eye_ = guard("eye_", "t: Tensor", from.eye_);
export const fans: typeof from.fans = guard("fans", "t: Tensor", from.fans);
export const kaimingNormal_: typeof from.kaimingNormal_ = guard("kaimingNormal_", "t: Tensor, options?: { a?: number; mode?: \"fanIn\" | \"fanOut\"; nonlinearity?: \"relu\" | \"tanh\" | \"linear\" | \"conv1d\" | \"conv2d\" | \"conv3d\" | \"convTranspose1d\" | \"convTranspose2d\" | \"convTranspose3d\" | \"sigmoid\" | \"leakyRelu\" | \"selu\"; generator?: Generator }", from.kaimingNormal_);
export const kaimingUniform_: typeof from.kaimingUniform_ = guard("kaimingUniform_", "t: Tensor, options?: { a?: number; mode?: \"fanIn\" | \"fanOut\"; nonlinearity?: \"relu\" | \"tanh\" | \"linear\" | \"conv1d\" | \"conv2d\" | \"conv3d\" | \"convTranspose1d\" | \"convTranspose2d\" | \"convTranspose3d\" | \"sigmoid\" | \"leakyRelu\" | \"selu\"; generator?: Generator }", from.kaimingUniform_);
export const normal_: typeof from.normal_ = guard("normal_", "t: Tensor, mean?: number, std?: number, generator?: Generator", from.normal_);
export const ones_: typeof from.ones_ = guard("ones_", "t: Tensor", from.ones_);
export const orthogonal_: typeof from.orthogonal_ = guard("orthogonal_", "t: Tensor, gain?: number, generator?: Generator", from.orthogonal_);
export const sparse_: typeof from.sparse_ = guard("sparse_", "t: Tensor, sparsity: number, std?: number, generator?: Generator", from.sparse_);
export const truncNormal_: typeof from.truncNormal_ = guard("truncNormal_", "t: Tensor, mean?: number, std?: number, options?: { a?: number; b?: number; generator?: Generator }", from.truncNormal_);
export const uniform_: typeof from.uniform_ = guard("uniform_", "t: Tensor, low?: number, high?: number, generator?: Generator", from.uniform_);
export const xavierNormal_: typeof from.xavierNormal_ = guard("xavierNormal_", "t: Tensor, gain?: number, generator?: Generator", from.xavierNormal_);
export const xavierUniform_: typeof from.xavierUniform_ = guard("xavierUniform_", "t: Tensor, gain?: number, generator?: Generator", from.xavierUniform_);
export const zeros_: typeof from.zeros_ = guard("zeros_", "t: Tensor", from.zeros_);
