/** Arithmetic, bits and shifts of integers, and bits of bools. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { type DType, isInteger } from "../../tensor/dtype.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as Integer from "../abi/codes/integer.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import { addressOf, arrayAddressOf, broadcastAddressOf, finishKernel, resultAddressOf } from "../wasm/operands.ts";
import { type RowKernel, runRows } from "../wasm/rows.ts";
import { isOne } from "./bytes.ts";
import { minWasmElements } from "./job.ts";

type Arithmetic = "arithmeticUint8" | "arithmeticInt8" | "arithmeticInt16" | "arithmeticInt32" | "arithmeticInt64";

const kernels: Readonly<Partial<Record<DType, Arithmetic>>> = {
  uint8: "arithmeticUint8",
  int8: "arithmeticInt8",
  int16: "arithmeticInt16",
  int32: "arithmeticInt32",
  int64: "arithmeticInt64",
};

const isBitwise = (op: number): boolean => op >= Integer.bitwiseAnd && op <= Integer.bitwiseXor;

/** Returns the kernel of a dtype, in which bools have the bits of uint8. */
function kernelOf(wasm: Kernels, op: number, dtype: DType): Kernels[Arithmetic] | null {
  const name = dtype === "bool" && isBitwise(op) ? kernels.uint8 : kernels[dtype];
  return name === undefined ? null : wasm[name];
}

/** Computes with integers of one dtype, of which either may be a single number; op is a code of `integer`. Declines others. */
export function integers(op: number, out: Strided, x: Strided, z: Strided): boolean {
  const { length: n, dtype } = out.storage;
  const wasm = x.storage.dtype === dtype && z.storage.dtype === dtype ? kernelsFor(n, minWasmElements) : null;
  const run = wasm === null ? null : kernelOf(wasm, op, dtype);
  if (run === null) return false;
  if (![x, z].every((t) => isOne(t, n) || sameShape(t.shape, out.shape))) {
    const row: RowKernel = (length, a, isSingleA, b, isSingleB, _c, _isSingleC, to) =>
      run(op, length, a, isSingleA, b, isSingleB, to);
    if (runRows(wasm as Kernels, out, [x, z], row)) return finishKernel();
  }
  const address = (t: Strided): number => (isOne(t, n) ? addressOf(t) : broadcastAddressOf(t, out.shape));
  const [a, b] = [address(x), address(z)];
  run(op, n, a, Number(isOne(x, n)), b, Number(isOne(z, n)), resultAddressOf(out));
  return finishKernel();
}

const bits =
  (op: number): FastKernel =>
  ([out], [x, z]) =>
    integers(op, out, x, z);

/** The complement is the exclusive or with all bits. */
const bitwiseNot: FastKernel = ([out], [x]) => {
  const { length: n, dtype } = out.storage;
  const wasm = isInteger(dtype) && x.storage.dtype === dtype ? kernelsFor(n, minWasmElements) : null;
  const run = wasm === null ? null : kernelOf(wasm, Integer.bitwiseXor, dtype);
  if (run === null) return false;
  run(Integer.bitwiseXor, n, addressOf(x), 0, arrayAddressOf(Int32Array.of(-1, -1)), 1, resultAddressOf(out));
  return finishKernel();
};

registerFastKernel("bitwiseNot", bitwiseNot);
for (const [name, op] of Object.entries(Integer))
  if (name.startsWith("bitwise")) {
    registerFastKernel(name, bits(op));
  }
