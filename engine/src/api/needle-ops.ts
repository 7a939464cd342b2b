/** The exports of `needle.ops`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../teach/needle/ops/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../teach/needle/ops/index.ts";

export const add: typeof from.add = guard("add", "a: needle.Tensor, b: needle.Tensor", from.add);
export const addScalar: typeof from.addScalar = guard("addScalar", "a: needle.Tensor, scalar: number", from.addScalar);
export const broadcastTo: typeof from.broadcastTo = guard("broadcastTo", "a: needle.Tensor, shape: number[]", from.broadcastTo);
export const conv: typeof from.conv = guard("conv", "a: needle.Tensor, b: needle.Tensor, stride?: number, padding?: number", from.conv);
export const dilate: typeof from.dilate = guard("dilate", "a: needle.Tensor, axes: number[], dilation: number", from.dilate);
export const divide: typeof from.divide = guard("divide", "a: needle.Tensor, b: needle.Tensor", from.divide);
export const divideScalar: typeof from.divideScalar = guard("divideScalar", "a: needle.Tensor, scalar: number", from.divideScalar);
export const exp: typeof from.exp = guard("exp", "a: needle.Tensor", from.exp);
export const flip: typeof from.flip = guard("flip", "a: needle.Tensor, axes: number[]", from.flip);
export const fusedAddScalars: typeof from.fusedAddScalars = guard("fusedAddScalars", "x: needle.Tensor, c0: number, c1: number", from.fusedAddScalars);
export const log: typeof from.log = guard("log", "a: needle.Tensor", from.log);
export const logsoftmax: typeof from.logsoftmax = guard("logsoftmax", "a: needle.Tensor", from.logsoftmax);
export const logsumexp: typeof from.logsumexp = guard("logsumexp", "a: needle.Tensor, axes?: number | number[] | null", from.logsumexp);
export const makeTuple: typeof from.makeTuple = guard("makeTuple", "...items: needle.Tensor[]", from.makeTuple);
export const matmul: typeof from.matmul = guard("matmul", "a: needle.Tensor, b: needle.Tensor", from.matmul);
export const mulScalar: typeof from.mulScalar = guard("mulScalar", "a: needle.Tensor, scalar: number", from.mulScalar);
export const multiply: typeof from.multiply = guard("multiply", "a: needle.Tensor, b: needle.Tensor", from.multiply);
export const negate: typeof from.negate = guard("negate", "a: needle.Tensor", from.negate);
export const power: typeof from.power = guard("power", "a: needle.Tensor, b: needle.Tensor", from.power);
export const powerScalar: typeof from.powerScalar = guard("powerScalar", "a: needle.Tensor, scalar: number", from.powerScalar);
export const relu: typeof from.relu = guard("relu", "a: needle.Tensor", from.relu);
export const reshape: typeof from.reshape = guard("reshape", "a: needle.Tensor, shape: number[]", from.reshape);
export const split: typeof from.split = guard("split", "a: needle.Tensor, axis?: number", from.split);
export const stack: typeof from.stack = guard("stack", "args: needle.TensorTuple | needle.Tensor[], axis?: number", from.stack);
export const summation: typeof from.summation = guard("summation", "a: needle.Tensor, axes?: number | number[] | null", from.summation);
export const tanh: typeof from.tanh = guard("tanh", "a: needle.Tensor", from.tanh);
export const transpose: typeof from.transpose = guard("transpose", "a: needle.Tensor, axes?: number[] | null", from.transpose);
export const tupleGetItem: typeof from.tupleGetItem = guard("tupleGetItem", "t: needle.TensorTuple, index: number", from.tupleGetItem);
export const undilate: typeof from.undilate = guard("undilate", "a: needle.Tensor, axes: number[], dilation: number", from.undilate);
