/** Comparison up to a tolerance, and equality of whole tensors. */
import { defineComposite, defineFunction } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { narrow } from "../shape/window.ts";
import { abs } from "./absolute.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { eq, isfinite, isnan, le, logicalAnd, logicalOr } from "./compare.ts";
import { to } from "./convert.ts";

/** Options of `isclose` and `allclose`. */
export interface ClosenessOptions {
  /** Tolerance relative to the element of `other`; 1e-5 by default. */
  readonly rtol?: number;
  /** Absolute tolerance; 1e-8 by default. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. */
  readonly equalNan?: boolean;
}

const samples = (r: SampleSource): Arguments[] => [
  { input: r.integers([2, 3], 0, 2), other: r.integers([3], 0, 2), rtol: 1e-3, atol: 1e-3 },
  { input: r.normal([3]), other: r.normal([3]), equalNan: true },
];

/** Returns whether |x - z| <= atol + rtol |z| for each pair of elements. */
function close(
  op: string,
  input: Tensor,
  other: Tensor,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: ClosenessOptions,
): Tensor {
  const [x, z] = [requireTensor(op, input), requireTensor(op, other)];
  if (x.dtype !== z.dtype) throw new DTypeError(op, "both tensors must have one dtype", [x.dtype, z.dtype]);
  if (!(rtol >= 0) || !(atol >= 0))
    throw new ArgumentError(op, `rtol and atol must be at least 0, but got ${rtol} and ${atol}`);
  const same = eq(x, z);
  const equal = equalNan && isFloating(x.dtype) ? logicalOr(same, logicalAnd(isnan(x), isnan(z))) : same;
  // the difference of equal infinities is NaN
  if (rtol === 0 && atol === 0) return equal;
  const [a, b] = isFloating(x.dtype) ? [x, z] : [to(x, "float32"), to(z, "float32")];
  const difference = abs(sub(a, b));
  const allowed = add(abs(mul(b, rtol)), atol);
  return logicalOr(equal, logicalAnd(isfinite(difference), le(difference, allowed)));
}

/**
 * Returns whether |input - other| <= atol + rtol |other| for each pair of elements, with broadcasting; the result is bool. Infinities are close to themselves alone,
 * NaN to NaN with `equalNan`.
 * @throws DTypeError for tensors of different dtypes; ArgumentError for negative tolerances.
 * @example isclose(tensor([1, 2]), tensor([1.000001, 2.1])).toArray(); // [true, false]
 */
export const isclose: (input: Tensor, other: Tensor, options?: ClosenessOptions) => Tensor = defineComposite(
  {
    name: "isclose",
    torch: "isclose",
    access: "method",
    signature: "input, other, rtol=0.00001, atol=1e-8, equalNan=false",
    tex: "y = [|x - z| \\le a + r |z|]",
    samples,
  },
  (input: Tensor, other: Tensor, options: ClosenessOptions = {}): Tensor => close("isclose", input, other, options),
);

/**
 * Returns whether all elements are close: |input - other| <= atol + rtol |other|, with broadcasting.
 * @throws DTypeError for tensors of different dtypes; ArgumentError for negative tolerances.
 * @example allclose(tensor([1, 2]), tensor([1, 2.1])); // false
 */
export const allclose: (input: Tensor, other: Tensor, options?: ClosenessOptions) => boolean = defineFunction(
  {
    name: "allclose",
    torch: "allclose",
    access: "method",
    signature: "input, other, rtol=0.00001, atol=1e-8, equalNan=false",
    tex: "\\forall i:\\ |x_i - z_i| \\le a + r |z_i|",
    samples,
  },
  (input: Tensor, other: Tensor, options: ClosenessOptions = {}): boolean =>
    !contiguousArray(close("allclose", input, other, options)).includes(0),
);

/** Elements that are compared first, as large tensors that differ usually do so in the first ones. */
const firstElements = 1024;

/** Whether the first elements of two large tensors of one shape are equal; true where they are not next to each other in memory. */
function beginsEqually(x: Tensor, z: Tensor): boolean {
  if (x.numel() <= firstElements || !x.isContiguous() || !z.isContiguous()) return true;
  const [a, b] = [x, z].map((t) => contiguousArray(narrow(reshape(t.detach(), [-1]), 0, 0, firstElements)));
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Returns whether two tensors have the same shape and equal elements. NaN equals nothing.
 * @throws DTypeError for tensors of different dtypes.
 * @example equal(tensor([1, 2]), tensor([1, 2])); // true
 */
export const equal: (input: Tensor, other: Tensor) => boolean = defineFunction(
  {
    name: "equal",
    torch: "equal",
    access: "method",
    signature: "input, other",
    tex: "\\forall i:\\ x_i = z_i",
    samples: (r) => [{ input: r.integers([2], 0, 2), other: r.integers([2], 0, 2) }],
  },
  (input: Tensor, other: Tensor): boolean => {
    const [x, z] = [requireTensor("equal", input), requireTensor("equal", other)];
    if (x.dtype !== z.dtype) throw new DTypeError("equal", "both tensors must have one dtype", [x.dtype, z.dtype]);
    return sameShape(x.shape, z.shape) && beginsEqually(x, z) && !contiguousArray(eq(x, z)).includes(0);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns whether |x - z| <= atol + rtol |z| for each pair of elements. */
    isclose(other: Tensor, options?: ClosenessOptions): Tensor;
    /** Returns whether all elements are close. */
    allclose(other: Tensor, options?: ClosenessOptions): boolean;
    /** Returns whether two tensors have the same shape and equal elements. */
    equal(other: Tensor): boolean;
  }
}
