/** Elementwise functions of two tensors, and those of one and two that are computed in float64. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sameShape } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import * as Integer from "../abi/codes/integer.ts";
import * as Pair from "../abi/codes/pair.ts";
import * as Wide from "../abi/codes/wide.ts";
import * as WidePair from "../abi/codes/wide-pair.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import {
  addressOf,
  broadcastAddressOf,
  finishKernel,
  haveSameFloatDtype,
  isFloat,
  isFloat64,
  resultAddressOf,
  scalarAddressOf,
} from "../wasm/operands.ts";
import { type RowKernel, runRows } from "../wasm/rows.ts";
import { isOne } from "./bytes.ts";
import { integers } from "./integers.ts";
import { minWasmElements } from "./job.ts";

/** A kernel of one tensor, and one of two; absent for a dtype that has none. */
type One = Kernels["sincWide32"] | undefined;
type Two = Kernels["hypotPair32"] | undefined;

/** Returns the kernel of a function for the dtype of a tensor. */
const kernelOf = (wasm: Kernels, name: string, x: Strided): unknown =>
  (wasm as unknown as Readonly<Record<string, unknown>>)[`${name}${isFloat64(x) ? "64" : "32"}`];

const one =
  (name: string): FastKernel =>
  ([out], [x], params) => {
    const n = out.storage.length;
    const wasm = isFloat(x) && x.storage.dtype === out.storage.dtype ? kernelsFor(n, minWasmElements) : null;
    if (wasm === null) return false;
    const run = kernelOf(wasm, `${name}Wide`, x) as One;
    if (run === undefined) return false;
    const { decimals = 0 } = (params ?? {}) as { readonly decimals?: number };
    run(n, addressOf(x), 10 ** decimals, resultAddressOf(out));
    return finishKernel();
  };

/** Returns the function of two tensors; it takes an operand of one element, of any dtype, as a number of the result's. */
export const two =
  (name: string): FastKernel =>
  ([out], [x, z]) => {
    const n = out.storage.length;
    const fits = (t: Strided): boolean => haveSameFloatDtype([out, t]) || (isFloat(out) && isOne(t, n));
    const wasm = fits(x) && fits(z) ? kernelsFor(n, minWasmElements) : null;
    if (wasm === null) return false;
    const run = kernelOf(wasm, `${name}Pair`, out) as Two;
    if (run === undefined) return false;
    const isBroadcast = ![x, z].every((t) => isOne(t, n) || sameShape(t.shape, out.shape));
    const isSameDtype = x.storage.dtype === out.storage.dtype && z.storage.dtype === out.storage.dtype;
    if (isBroadcast && isSameDtype) {
      const row: RowKernel = (length, a, isSingleA, b, isSingleB, _c, _isSingleC, to) =>
        run(length, a, isSingleA, b, isSingleB, to);
      if (runRows(wasm, out, [x, z], row)) return finishKernel();
    }
    const address = (t: Strided): number =>
      isOne(t, n) ? scalarAddressOf(contiguousArray(t)[0], isFloat64(out)) : broadcastAddressOf(t, out.shape);
    const [a, b] = [address(x), address(z)];
    run(n, a, Number(isOne(x, n)), b, Number(isOne(z, n)), resultAddressOf(out));
    return finishKernel();
  };

for (const name of Object.keys(Wide)) {
  registerFastKernel(name, one(name));
}
const heaviside = two("heaviside");

for (const name of [...Object.keys(Pair), ...Object.keys(WidePair)])
  if (name !== "heaviside") registerFastKernel(name, two(name));
registerFastKernel("heaviside", ([out], [x, z], params) =>
  isFloat(out) ? heaviside([out], [x, z], params) : integers(Integer.heaviside, out, x, z),
);
