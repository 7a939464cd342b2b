/** Comparisons of two tensors, and `where`. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import * as Comparison from "../abi/codes/comparison.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  broadcastAddressOf,
  finishKernel,
  haveSameFloatDtype,
  isFloat,
  isFloat64,
  resultAddressOf,
  scalarAddressOf,
} from "../wasm/operands.ts";
import { integerAddressOf, isInt32, isOne } from "./bytes.ts";
import { minWasmElements } from "./job.ts";

/** Whether a z of one element is compared in the dtype of x: it yields in type promotion as an integer, or as a scalar beside a tensor with dimensions. */
const takesDtypeOf = (x: Strided, z: Strided): boolean =>
  sizeOf(z.shape) === 1 && (!isFloat(z) || (z.shape.length === 0 && x.shape.length > 0));

/** Compares int32 operands; declines other dtypes. */
function compareIntegers(op: number, out: Strided, x: Strided, z: Strided): boolean {
  const n = out.storage.length;
  const wasm = isInt32(z) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const single = isOne(z, n);
  const a = broadcastAddressOf(x, out.shape);
  const b = single ? integerAddressOf(contiguousArray(z)[0]) : broadcastAddressOf(z, out.shape);
  wasm.compareIntegers(op, n, a, b, Number(single), resultAddressOf(out));
  return finishKernel();
}

const compare =
  (op: number): FastKernel =>
  ([out], [x, z]) => {
    const n = out.storage.length;
    if (isInt32(x)) return compareIntegers(op, out, x, z);
    const wasm = isFloat(x) ? kernelsFor(n, minWasmElements) : null;
    const single = sizeOf(z.shape) === 1;
    if (wasm === null || !(haveSameFloatDtype([x, z]) || takesDtypeOf(x, z))) return false;
    const double = isFloat64(x);
    const a = broadcastAddressOf(x, out.shape);
    const b = single ? scalarAddressOf(contiguousArray(z)[0], double) : broadcastAddressOf(z, out.shape);
    kernelsOf(wasm, x).compare(op, n, a, b, Number(single), resultAddressOf(out));
    return finishKernel();
  };

const where: FastKernel = ([out], [condition, x, z]) => {
  const n = out.storage.length;
  const single = (t: Strided): boolean => sizeOf(t.shape) === 1 && n > 1;
  const fits = (t: Strided): boolean => single(t) || haveSameFloatDtype([out, t]);
  const wasm = !isFloat(out) || !fits(x) || !fits(z) ? null : kernelsFor(n, minWasmElements);
  if (wasm === null || condition.storage.dtype !== "bool") return false;
  const double = isFloat64(out);
  const address = (t: Strided): number =>
    single(t) ? scalarAddressOf(contiguousArray(t)[0], double) : broadcastAddressOf(t, out.shape);
  const step = (t: Strided): number => (single(t) ? 0 : double ? 8 : 4);
  const mask = broadcastAddressOf(condition, out.shape);
  kernelsOf(wasm, out).where(n, mask, address(x), step(x), address(z), step(z), resultAddressOf(out));
  return finishKernel();
};

for (const [name, op] of Object.entries(Comparison)) registerFastKernel(name, compare(op));
registerFastKernel("where", where);
