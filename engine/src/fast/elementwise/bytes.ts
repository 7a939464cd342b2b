/** Logic of bools, tests of floats, and arithmetic of int32. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import * as Comparison from "../abi/codes/comparison.ts";
import * as Logic from "../abi/codes/logic.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  broadcastAddressOf,
  finishKernel,
  isFloat,
  isFloat64,
  memory32,
  resultAddressOf,
  scalarAddressOf,
} from "../wasm/operands.ts";
import { minWasmElements } from "./job.ts";

export const isBool = (t: Strided): boolean => t.storage.dtype === "bool";
export const isInt32 = (t: Strided): boolean => t.storage.dtype === "int32";

const connective =
  (op: number): FastKernel =>
  ([out], [x, z = x]) => {
    const n = out.storage.length;
    const wasm = isBool(x) && isBool(z) ? kernelsFor(n, minWasmElements) : null;
    if (wasm === null) return false;
    const [a, b] = [broadcastAddressOf(x, out.shape), broadcastAddressOf(z, out.shape)];
    wasm.connectBools(op, n, a, b, resultAddressOf(out));
    return finishKernel();
  };

/** Whether each element of a float is 0, by a comparison. */
const isZero: FastKernel = ([out], [x]) => {
  const n = out.storage.length;
  const wasm = isFloat(x) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const zero = scalarAddressOf(0, isFloat64(x));
  kernelsOf(wasm, x).compare(Comparison.eq, n, addressOf(x), zero, 1, resultAddressOf(out));
  return finishKernel();
};

const not = connective(Logic.logicalNot);
const logicalNot: FastKernel = (outputs, inputs, params) => (isBool(inputs[0]) ? not : isZero)(outputs, inputs, params);

/** NaN alone differs from itself. */
const isnan: FastKernel = ([out], [x]) => {
  const n = out.storage.length;
  const wasm = isFloat(x) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const from = addressOf(x);
  kernelsOf(wasm, x).compare(Comparison.ne, n, from, from, 0, resultAddressOf(out));
  return finishKernel();
};

const isfinite: FastKernel = ([out], [x]) => {
  const n = out.storage.length;
  const wasm = isFloat(x) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  kernelsOf(wasm, x).isFinite(n, addressOf(x), resultAddressOf(out));
  return finishKernel();
};

/** Returns the address of an integer in memory. */
export function integerAddressOf(value: number): number {
  const address = allocateTemporary(8);
  new Int32Array(memory32().buffer, address, 1)[0] = value;
  return address;
}

/** Whether an operand is one number, which is repeated. */
export const isOne = (t: Strided, n: number): boolean => sizeOf(t.shape) === 1 && n > 1;

/** Computes with int32 operands, of which either may be a single number; op is a code of `binary`. Declines other dtypes. */
export function integers(op: number, out: Strided, x: Strided, z: Strided): boolean {
  const n = out.storage.length;
  const wasm = isInt32(out) && isInt32(x) && isInt32(z) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const address = (t: Strided): number =>
    isOne(t, n) ? integerAddressOf(contiguousArray(t)[0]) : broadcastAddressOf(t, out.shape);
  const [a, b] = [address(x), address(z)];
  wasm.integers(op, n, a, Number(isOne(x, n)), b, Number(isOne(z, n)), resultAddressOf(out));
  return finishKernel();
}

registerFastKernel("logicalAnd", connective(Logic.logicalAnd));
registerFastKernel("logicalOr", connective(Logic.logicalOr));
registerFastKernel("logicalNot", logicalNot);
registerFastKernel("isnan", isnan);
registerFastKernel("isfinite", isfinite);
