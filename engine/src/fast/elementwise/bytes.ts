/** Logic of bools, and tests of floats. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { isInteger } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as Comparison from "../abi/codes/comparison.ts";
import * as Logic from "../abi/codes/logic.ts";
import { kernelsFor, kernelsOf, type TypedKernels } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  finishKernel,
  isFloat,
  isFloat64,
  memory32,
  resultAddressOf,
  scalarAddressOf,
} from "../wasm/operands.ts";
import { castAddressOf } from "./casts.ts";
import { minWasmElements } from "./job.ts";

export const isBool = (t: Strided): boolean => t.storage.dtype === "bool";
export const isInt32 = (t: Strided): boolean => t.storage.dtype === "int32";

const connective =
  (op: number): FastKernel =>
  ([out], [x, z]) => {
    const n = out.storage.length;
    const wasm = kernelsFor(n, minWasmElements);
    if (wasm === null) return false;
    const [a, b] = [castAddressOf(wasm, x, "bool", out.shape), castAddressOf(wasm, z, "bool", out.shape)];
    wasm.connectBools(op, n, a, b, resultAddressOf(out));
    return finishKernel();
  };

const logicalNot: FastKernel = ([out], [x]) => {
  const n = out.storage.length;
  const wasm = kernelsFor(n, minWasmElements);
  if (wasm === null) return false;
  wasm.connectBools(Logic.logicalNot, n, castAddressOf(wasm, x, "bool", x.shape), 0, resultAddressOf(out));
  return finishKernel();
};

/** Returns the kernel of a test of floats, and of integers, where the result is `ofIntegers` for all; it declines where that is true. */
const test =
  (
    run: (kernels: TypedKernels, n: number, from: number, to: number, double: boolean) => void,
    ofIntegers = false,
  ): FastKernel =>
  ([out], [x]) => {
    const n = out.storage.length;
    const wasm = kernelsFor(n, minWasmElements);
    if (wasm === null) return false;
    if (isFloat(x)) run(kernelsOf(wasm, x), n, addressOf(x), resultAddressOf(out), isFloat64(x));
    else if (!ofIntegers && (isInteger(x.dtype) || isBool(x))) wasm.clear(n, resultAddressOf(out));
    else return false;
    return finishKernel();
  };

/** NaN alone differs from itself. */
const isnan = test(({ compare }, n, from, to) => compare(Comparison.ne, n, from, from, 0, to));
const isfinite = test(({ isFinite }, n, from, to) => isFinite(n, from, to), true);
const isinf = test(({ isInfinite }, n, from, to) => isInfinite(n, from, to));
const equals = (value: number): FastKernel =>
  test(({ compare }, n, from, to, double) => compare(Comparison.eq, n, from, scalarAddressOf(value, double), 1, to));

/** Compares the bits as an integer with 0. */
const signbit: FastKernel = ([out], [x]) => {
  const n = out.storage.length;
  const wasm = isFloat(x) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const compare = isFloat64(x) ? wasm.compareLongs : wasm.compareIntegers;
  compare(Comparison.lt, n, addressOf(x), integerAddressOf(0), 1, resultAddressOf(out));
  return finishKernel();
};

/** Returns the address of an integer in memory, of 32 or 64 bits. */
export function integerAddressOf(value: number): number {
  const address = allocateTemporary(8);
  new Int32Array(memory32().buffer, address, 2).set([value, value < 0 ? -1 : 0]);
  return address;
}

/** Whether an operand is one number, which is repeated. */
export const isOne = (t: Strided, n: number): boolean => sizeOf(t.shape) === 1 && n > 1;

registerFastKernel("logicalAnd", connective(Logic.logicalAnd));
registerFastKernel("logicalOr", connective(Logic.logicalOr));
registerFastKernel("logicalXor", connective(Logic.logicalXor));
registerFastKernel("logicalNot", logicalNot);
registerFastKernel("isnan", isnan);
registerFastKernel("isfinite", isfinite);
registerFastKernel("isinf", isinf);
registerFastKernel("isposinf", equals(Number.POSITIVE_INFINITY));
registerFastKernel("isneginf", equals(Number.NEGATIVE_INFINITY));
registerFastKernel("signbit", signbit);
