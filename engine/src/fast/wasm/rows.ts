/** Running a kernel of elementwise operands row by row, where operands that are broadcast have whole rows, or one element for each row. */
import { bytesPerElement } from "../../tensor/dtype.ts";
import { broadcastStrides } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import type { Kernels } from "./module.ts";
import { allocateTemporary, isFloat64, resultAddressOf, scalarAddressOf, stridedAddressOf } from "./operands.ts";
import { collapse } from "./strides.ts";

/** Shorter rows take less time as copies of the operands: each row costs a call. */
const leastRow = 64;
/** Bytes that kernels compute and store at a time. */
const stepBytes = 32;

/** Computes n elements of a row from up to three operands: the address of the first element of each, and whether that is the only one. */
export type RowKernel = (
  n: number,
  a: number,
  isSingleA: number,
  b: number,
  isSingleB: number,
  c: number,
  isSingleC: number,
  to: number,
) => void;

/** Returns the address of the elements of an operand; one element of another dtype is taken as a number of the result's. */
const operandAddressOf = (t: Strided, out: Strided): number =>
  t.storage.dtype === out.storage.dtype ? stridedAddressOf(t) : scalarAddressOf(contiguousArray(t)[0], isFloat64(out));

/**
 * Computes a result from up to three operands by rows, which are of its dtype or have one element. Returns `false` without doing it for operands with other strides along a row than 1 and 0, for short rows, and for more
 * than three dimensions that cannot be merged. A row may be written beyond its end, over the next one; of the last row, what would be written behind the result goes to a temporary first.
 */
export function runRows(wasm: Kernels, out: Strided, operands: readonly Strided[], kernel: RowKernel): boolean {
  const { shape, strides } = collapse(
    out.shape,
    operands.map((t) => broadcastStrides(t.shape, t.strides, out.shape)),
  );
  const [n, rows = 1, outer = 1, ...more] = shape.toReversed();
  const size = bytesPerElement[out.storage.dtype];
  /** The steps of an operand along columns, rows and planes, in bytes. */
  const steps = [0, 1, 2].map((k) => (strides[k] ?? []).toReversed().map((s) => size * s));
  if (more.length > 0 || n < leastRow || steps.some(([s = 0]) => s !== 0 && s !== size)) return false;
  const [a, b, c] = [0, 1, 2].map((k) => (k < operands.length ? operandAddressOf(operands[k], out) : 0));
  const [[aStep, aRow = 0, aPlane = 0], [bStep, bRow = 0, bPlane = 0], [cStep = 0, cRow = 0, cPlane = 0]] = steps;
  const [aOne, bOne, cOne] = [Number(aStep === 0), Number(bStep === 0), Number(cStep === 0)];
  let to = resultAddressOf(out);
  const last = rows * outer - 1;
  for (let r = 0; r < last; r++, to += size * n) {
    const [i, j] = [Math.floor(r / rows), r % rows];
    kernel(n, a + i * aPlane + j * aRow, aOne, b + i * bPlane + j * bRow, bOne, c + i * cPlane + j * cRow, cOne, to);
  }
  const [i, j] = [outer - 1, rows - 1];
  const [p, q, s] = [a + i * aPlane + j * aRow, b + i * bPlane + j * bRow, c + i * cPlane + j * cRow];
  const whole = n - (n % (stepBytes / size));
  if (whole > 0) kernel(whole, p, aOne, q, bOne, s, cOne, to);
  if (whole === n) return true;
  const rest = allocateTemporary(2 * stepBytes);
  kernel(n - whole, p + whole * aStep, aOne, q + whole * bStep, bOne, s + whole * cStep, cOne, rest);
  wasm.copy(size * (n - whole), rest, to + size * whole);
  return true;
}
