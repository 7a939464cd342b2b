/** Compares the elements of two tensors, within a tolerance that depends on their dtypes. */
import { type Difference, type DiffState, encodeNumber, type Num } from "../../protocol/index.ts";
import { type DType, isComplex } from "../../tensor/dtype.ts";
import { contiguousArray, elements } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Allowed differences: `rtol` times the element of the second tensor, plus `atol` times the largest element of both. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/**
 * The tolerances of `torch.testing.assert_close`. There `atol` is absolute, which would make all small gradients equal; here it is relative to the largest
 * element.
 */
const tolerances: Readonly<Partial<Record<DType, Tolerance & { readonly epsilon: number }>>> = {
  bfloat16: { rtol: 1.6e-2, atol: 1e-5, epsilon: 2 ** -8 },
  float16: { rtol: 1e-3, atol: 1e-5, epsilon: 2 ** -11 },
  float32: { rtol: 1.3e-6, atol: 1e-5, epsilon: 2 ** -24 },
  complex64: { rtol: 1.3e-6, atol: 1e-5, epsilon: 2 ** -24 },
  float64: { rtol: 1e-7, atol: 1e-7, epsilon: 2 ** -53 },
  complex128: { rtol: 1e-7, atol: 1e-7, epsilon: 2 ** -53 },
};

const exact = { rtol: 0, atol: 0, epsilon: 0 } as const;

/** Returns the tolerance for two dtypes: the larger one of both. */
export function toleranceFor(a: DType, b: DType): Tolerance & { readonly epsilon: number } {
  const [x, y] = [tolerances[a] ?? exact, tolerances[b] ?? exact];
  return {
    rtol: Math.max(x.rtol, y.rtol),
    atol: Math.max(x.atol, y.atol),
    epsilon: Math.max(x.epsilon, y.epsilon),
  };
}

/** Differences of two tensors of one shape. */
export interface Comparison extends Difference {
  readonly state: Extract<DiffState, "equal" | "close" | "rounding" | "different">;
}

/** Options of a comparison. */
export interface CompareOptions extends Partial<Tolerance> {
  /** Returns a magnitude of operands beside which far smaller elements can be rounding errors. */
  readonly operands?: () => number;
}

const none = (): number => 0;

/** A difference that is not finite in one of the tensors is larger than any other. */
const differenceOf = (a: number, b: number): number => {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const d = Math.abs(a - b);
  return Number.isNaN(d) ? Infinity : d;
};

/** Units of rounding of the largest operand up to which an element counts as nothing but rounding errors. */
const roundingUnits = 8;

/** Returns the elements as numbers, of complex elements real and imaginary parts in turn. */
const numbersOf = (t: Tensor): ArrayLike<number> => (isComplex(t.dtype) ? contiguousArray(t) : elements(t));

/** Compares two tensors of one shape. */
export function compare(a: Tensor, b: Tensor, { operands = none, ...given }: CompareOptions = {}): Comparison {
  const { epsilon, ...byDType } = toleranceFor(a.dtype, b.dtype);
  const { rtol = byDType.rtol, atol = byDType.atol } = given;
  const [x, y] = [numbersOf(a), numbersOf(b)];
  if (isComplex(a.dtype) !== isComplex(b.dtype)) return compare(absolute(a), absolute(b), { operands, rtol, atol });
  const [largest, scale] = [largestOf(x), largestOf(y)];
  const allowed = atol * Math.max(largest, scale);
  let [worst, excess, most, isClose] = [0, -1, 0, true];
  for (let i = 0; i < x.length; i++) {
    const d = differenceOf(x[i], y[i]);
    if (d === 0) continue;
    const limit = allowed + rtol * Math.abs(y[i]);
    if (d === Infinity || !(d <= limit)) isClose = false;
    most = Math.max(most, d);
    const beyond = limit > 0 && d < Infinity ? d / limit : Infinity;
    if (beyond > excess) [worst, excess] = [i, beyond];
  }
  const isNoise = (): boolean => most < Infinity && Math.max(largest, scale) <= roundingUnits * epsilon * operands();
  const parts = isComplex(a.dtype) ? 2 : 1;
  return {
    state: most === 0 ? "equal" : isClose ? "close" : isNoise() ? "rounding" : "different",
    largest: encodeNumber(most),
    at: indexOf(a.shape, Math.floor(worst / parts)),
    values: [encodeNumber(x[worst] ?? 0), encodeNumber(y[worst] ?? 0)],
    ratio: ratioOf(normOf(x), normOf(y)),
  };
}

const absolute = (t: Tensor): Tensor => fromArray(elements(t), "float64", t.shape);

/** Returns the largest finite magnitude. */
export function largestOf(x: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    const m = Math.abs(x[i]);
    if (m > most && m < Infinity) most = m;
  }
  return most;
}

function normOf(x: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += x[i] * x[i];
  return Math.sqrt(squares);
}

const ratioOf = (first: number, second: number): Num | null => {
  const ratio = second / first;
  return Number.isFinite(ratio) ? encodeNumber(ratio) : null;
};

/** Returns the indices of an element by its position in row-major order. */
function indexOf(shape: readonly number[], position: number): number[] {
  let rest = position;
  return shape
    .toReversed()
    .map((size) => {
      const i = rest % size;
      rest = Math.floor(rest / size);
      return i;
    })
    .toReversed();
}
