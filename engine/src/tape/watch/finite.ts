/** NaN and infinity among the elements of tensors. */
import { encodingOf, isComplex, isFloating, type NumericArray } from "../../tensor/dtype.ts";
import { physicalOf } from "../../tensor/physical.ts";
import { broadcastStrides } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Elements that are not finite. */
export type NonFinite = "NaN" | "infinite";

/** Returns whether all elements are finite: v - v is 0 for a finite v, and NaN otherwise. */
function areFinite(a: NumericArray): boolean {
  const n = a.length;
  let [s, t] = [0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const [v0, v1, v2, v3] = [a[i], a[i + 1], a[i + 2], a[i + 3]];
    s += v0 - v0 + (v1 - v1);
    t += v2 - v2 + (v3 - v3);
  }
  for (; i < n; i++) s += a[i] - a[i];
  return s + t === 0;
}

let fastCheck: (x: Tensor) => boolean | null = () => null;

/** Sets a fast check of whether all elements are finite, which returns `null` for a tensor that it cannot check. */
export function setFiniteKernel(kernel: typeof fastCheck): void {
  fastCheck = kernel;
}

/** Returns whether all elements are finite, of a batched tensor those of all members. Copies a strided window of a larger storage; a storage whose elements repeat is checked as it is. */
export function isFinite(t: Tensor): boolean {
  if (t.storage.isBatched) return isFinite(physicalOf(t));
  if (isComplex(t.dtype)) return areFinite(contiguousArray(t));
  if (!isFloating(t.dtype) || t.numel() === 0) return true;
  if (t.numel() === 1) return Number.isFinite(t.storage.at(t.offset));
  if (encodingOf(t.dtype) !== null) return areFinite(contiguousArray(t));
  if (t.isContiguous()) return fastCheck(t) ?? areFinite(t.storage.array.subarray(t.offset, t.offset + t.numel()));
  const { array } = t.storage;
  return (array.length <= t.numel() && areFinite(array)) || areFinite(contiguousArray(t));
}

/** Whether there are NaN and infinite elements. */
export interface Contents {
  readonly nan: boolean;
  readonly infinite: boolean;
}

/** Returns which of the values are not finite. Values that are not numbers count as finite. */
export function contentsOf(values: Iterable<unknown>): Contents {
  let [nan, infinite] = [false, false];
  for (const v of values) {
    nan ||= Number.isNaN(v);
    infinite ||= v === Infinity || v === -Infinity;
  }
  return { nan, infinite };
}

/** Returns which elements of the tensor are not finite. */
export const contents = (t: Tensor): Contents => contentsOf(isFinite(t) ? [] : contiguousArray(physicalOf(t)));

/** Returns the elements of `x`, broadcast to the shape of `y`. */
const broadcastTo = (x: Tensor, y: Tensor): NumericArray =>
  contiguousArray(
    new Tensor(x.storage, y.shape, broadcastStrides(x.shape, x.strides, y.shape), x.offset, null, x.dtype),
  );

/**
 * Returns the kind of element that an op created in its result `y`: NaN where no operand has NaN, or infinity where no operand is infinite or NaN; `null` if it
 * created none. The numbers among the parameters, such as the value of `fill`, count as operands. For an elementwise op, operands are compared
 * element by element.
 */
export function createdIn(
  y: Tensor,
  inputs: readonly Tensor[],
  params: unknown,
  isElementwise: boolean,
): NonFinite | null {
  const settings = contentsOf(typeof params === "object" && params !== null ? Object.values(params) : []);
  const given = [...inputs.map(contents), settings];
  const [nan, infinite] = [given.some((c) => c.nan), given.some((c) => c.infinite)];
  const result = contents(y);
  if (result.nan && !nan) return "NaN";
  if (result.infinite && !nan && !infinite) return "infinite";
  if (!isElementwise || settings.nan || settings.infinite || [y, ...inputs].some((t) => isComplex(t.dtype)))
    return null;
  const operands = inputs.map((x) => broadcastTo(x, y));
  const elements = contiguousArray(y);
  for (let i = 0; i < elements.length; i++) {
    if (Number.isFinite(elements[i])) continue;
    if (Number.isNaN(elements[i]) && !operands.some((a) => Number.isNaN(a[i]))) return "NaN";
    if (operands.every((a) => Number.isFinite(a[i]))) return "infinite";
  }
  return null;
}
