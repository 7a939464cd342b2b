/** Elementwise ops that are composed of other kernels: `pow` by some numbers, and `clamp`. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { maximum, minimum, times } from "./binary.ts";
import { limit } from "./formulas.ts";
import { minWasmElements } from "./job.ts";
import { unaryRunner } from "./unary.ts";
import { two } from "./wide.ts";

/** Computes min(max(x, a), b): in one pass where the limits are numbers. */
const clamp: FastKernel = ([out], [x, ...limits], params) => {
  const { min, max } = params as { readonly min: boolean; readonly max: boolean };
  const isNumber = (t: Strided): boolean => t.storage.length === 1 && !Number.isNaN(t.storage.at(0));
  if (limits.every(isNumber) && sameShape(x.shape, out.shape)) {
    const low = min ? limits[0].storage.at(0) : Number.NEGATIVE_INFINITY;
    const high = max ? limits[limits.length - 1].storage.at(0) : Number.POSITIVE_INFINITY;
    if (limit([out], [x], { min: low, max: high })) return true;
  }
  if (min && !maximum([out], [x, limits[0]], null)) return false;
  return !max || minimum([out], [min ? out : x, limits[limits.length - 1]], null);
};

const [square, sqrt, reciprocal, rsqrt] = [
  unaryRunner("square"),
  unaryRunner("sqrt"),
  unaryRunner("reciprocal"),
  unaryRunner("rsqrt"),
];

const general = two("pow");

/** Computes powers, of which some need no logarithm. */
const pow: FastKernel = ([out], [x, z]) => {
  if (z.storage.length !== 1 || !sameShape(x.shape, out.shape)) return general([out], [x, z], null);
  switch (z.storage.at(0)) {
    case 1:
      return times([out], [x, z], null);
    case 2:
      return square(out, x);
    case 3:
      return square(out, x) && times([out], [out, x], null);
    case 0.5:
      return sqrt(out, x);
    case -0.5:
      return rsqrt(out, x);
    case -1:
      return reciprocal(out, x);
    default:
      return general([out], [x, z], null);
  }
};

/** Fills the result with the second operand, where that is one number. */
const fill: FastKernel = ([out], [, value]) => {
  const n = out.storage.length;
  const wasm = isFloat(out) && sizeOf(value.shape) === 1 ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  kernelsOf(wasm, out).fill(n, contiguousArray(value)[0], resultAddressOf(out));
  return finishKernel();
};

registerFastKernel("fillValue", fill);
registerFastKernel("clamp", clamp);
registerFastKernel("pow", pow);
