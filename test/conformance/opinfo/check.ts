/** Compares an operator with PyTorch's results for one sample of its operator database: values, gradients, second derivatives and tangents. */
import { autograd, type DType, func, operators, Tensor, tensor } from "tapelab";
import { decode, floatsIn, isDifferentiable, isStored, numbers, type StoredTensor } from "../../support/stored.ts";
import { adaptInput, viewOutputs } from "./adapters.ts";

/** One sample with PyTorch's results in float64, or arguments that PyTorch refuses. */
export interface Sample {
  /** Name in PyTorch's database. */
  readonly entry: string;
  readonly variant: string;
  /** Namespace of the entry. */
  readonly group: string;
  /** Name of the operator of this library. */
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Name of the adapter that PyTorch's gradient check puts before the op. */
  readonly wrapper?: string;
  /** Name of the function of the outputs that is compared, where the outputs are not unique. */
  readonly view?: string;
  /** Whether the values are random: shapes and dtypes are compared alone. */
  readonly random?: boolean;
  readonly outputs?: readonly StoredTensor[];
  /** Which of the outputs have gradients. */
  readonly differentiable?: readonly boolean[];
  /** Which of the float tensors of the arguments have gradients, in order of appearance. */
  readonly wanted?: readonly boolean[];
  readonly cotangents?: readonly StoredTensor[];
  readonly gradients?: readonly (StoredTensor | null)[];
  /** Which of the gradients are differentiated again. */
  readonly secondOf?: readonly boolean[];
  readonly weights?: readonly StoredTensor[];
  readonly seconds?: readonly (StoredTensor | null)[];
  readonly tangents?: readonly StoredTensor[];
  readonly outputTangents?: readonly (StoredTensor | null)[];
  /** The pattern of PyTorch's error. */
  readonly refused?: string;
}

/**
 * A precision and how closely results agree with PyTorch's float64: relative to the larger of 1 and, in float64, the expected value, in float32, the largest
 * absolute value of the expected tensor, as sums whose terms cancel have errors of the size of the terms.
 */
export interface Precision {
  readonly dtype: DType;
  readonly tolerance: number;
}

const float32: Precision = { dtype: "float32", tolerance: 1e-4 };

export const precisions: readonly Precision[] = [{ dtype: "float64", tolerance: 1e-7 }, float32];

/** The tensors of a result: one, a list, or the fields of a named result. A number or boolean counts as a tensor of it. */
export function tensorsOf(result: unknown, dtype: DType = "float64"): Tensor[] {
  if (result instanceof Tensor) return [result];
  if (typeof result === "number" || typeof result === "boolean")
    return [tensor(result, typeof result === "number" ? { dtype } : {})];
  if (Array.isArray(result)) return result.flatMap((part) => tensorsOf(part, dtype));
  return typeof result === "object" && result !== null
    ? Object.values(result).flatMap((part) => tensorsOf(part, dtype))
    : [];
}

/** Decodes an argument of a sample. */
export function argument(value: unknown, precision: DType | null): unknown {
  if (Array.isArray(value)) return value.map((v) => argument(v, precision));
  // operands that a sample has in another dtype than float64 stay in it
  const isDouble = isStored(value) && ["float64", "complex128"].includes(value.tensor);
  return decode(value, isStored(value) && !isDouble ? null : precision);
}

/** A difference from PyTorch's result. */
export class Mismatch extends Error {}

/** The dtype of a result that PyTorch has in float64. */
const inPrecision = (expected: DType, dtype: DType): DType =>
  expected === "complex128"
    ? dtype === "float32"
      ? "complex64"
      : expected
    : expected === "float64"
      ? dtype
      : expected;

/** The size of element `i`: for a real or imaginary part the absolute value of the complex number. */
const sizeAt = (b: ArrayLike<number>, i: number, isComplex: boolean): number =>
  isComplex ? Math.hypot(b[i & ~1], b[i | 1]) : Math.abs(b[i]);

/** Compares shape and dtype. */
function compareKind(got: Tensor, expected: StoredTensor, { dtype }: Precision, what: string): void {
  if (JSON.stringify(got.shape) !== JSON.stringify(expected.shape))
    throw new Mismatch(`${what}: shape [${got.shape.join(", ")}], PyTorch has [${expected.shape.join(", ")}]`);
  const wanted = inPrecision(expected.tensor, dtype);
  if (got.dtype !== wanted) throw new Mismatch(`${what}: dtype ${got.dtype}, PyTorch has ${wanted}`);
}

/** Compares shape, dtype and elements. */
export function compare(got: Tensor, expected: StoredTensor, precision: Precision, what: string): void {
  compareKind(got, expected, precision, what);
  // what PyTorch computes in float32, as the gradient of weights of that dtype, agrees to that precision
  const { dtype, tolerance } = expected.tensor === "float32" ? float32 : precision;
  const [a, b] = [got.toTypedArray(), numbers(expected)];
  // integers beyond 2^53 are BigInts
  const magnitudes = Array.from(b as ArrayLike<number | bigint>, (v) => Math.abs(Number(v)));
  const finite = dtype === "float32" ? magnitudes.filter(Number.isFinite) : [];
  const largest = finite.reduce((most, v) => Math.max(most, v), 1);
  for (let i = 0; i < b.length; i++) {
    if (a[i] === b[i] || (Number.isNaN(a[i]) && Number.isNaN(b[i]))) continue;
    if (typeof b[i] === "bigint") throw new Mismatch(`${what}: element ${i} is ${a[i]}, PyTorch has ${b[i]}`);
    // what overflows float32 is infinite there
    if (dtype === "float32" && Math.abs(b[i]) > 3.4e38 && a[i] === Math.sign(b[i]) * Number.POSITIVE_INFINITY) continue;
    const size = sizeAt(b, i, expected.tensor.startsWith("complex"));
    if (!(Math.abs(a[i] - b[i]) <= tolerance * Math.max(largest, size)))
      throw new Mismatch(`${what}: element ${i} is ${a[i]}, PyTorch has ${b[i]}`);
  }
}

/** Compares derivatives, of which each may be missing where all of it is 0. */
export function compareAll(
  got: readonly (Tensor | null)[],
  expected: readonly (StoredTensor | null)[],
  precision: Precision,
  what: string,
): void {
  expected.forEach((e, i) => {
    const g = got[i] ?? null;
    if (e === null) {
      if (g !== null && g.toTypedArray().some((v) => v !== 0))
        throw new Mismatch(`${what} ${i}: must be null or 0, PyTorch has none`);
    } else if (g !== null) compare(g, e, precision, `${what} ${i}`);
    else if (numbers(e).some((v) => !(Math.abs(v) < precision.tolerance)))
      throw new Mismatch(`${what} ${i}: is null, PyTorch has one`);
  });
}

/** Puts other tensors in the place of the float and complex tensors of the arguments, in order of appearance. */
export function replaced(args: Readonly<Record<string, unknown>>, given: readonly Tensor[]): Record<string, unknown> {
  let at = 0;
  const put = (x: unknown): unknown =>
    x instanceof Tensor ? (isDifferentiable(x) ? given[at++] : x) : Array.isArray(x) ? x.map(put) : x;
  return Object.fromEntries(Object.entries(args).map(([k, v]) => [k, put(v)]));
}

/** Elements in memory: in row-major order, or with the last two dimensions exchanged. */
export type Layout = "contiguous" | "transposed";

const laidOut = (x: Tensor, layout: Layout): Tensor =>
  layout === "transposed" && x.ndim >= 2 ? x.transpose(-1, -2).contiguous().transpose(-1, -2).detach() : x;

/** Decodes tensors in a precision. */
export const decoded = (list: readonly StoredTensor[], { dtype }: Precision): Tensor[] =>
  list.map((v) => decode(v, dtype) as Tensor);

/** Whether tensors or dtypes among the arguments are float64: results of integers alone are float64 in both precisions. */
export const takesFloat64 = (value: unknown): boolean =>
  value === "float64" ||
  (isStored(value)
    ? value.tensor === "float64"
    : typeof value === "object" && value !== null && Object.values(value).some(takesFloat64));

function checkResults(sample: Sample, given: Precision, layout: Layout): void {
  const precision = takesFloat64(sample.args) ? given : { ...given, dtype: "float64" as const };
  const operator = operators.get(sample.op);
  if (operator === undefined) throw new Mismatch(`no operator is called ${sample.op}`);
  const args = Object.fromEntries(Object.entries(sample.args).map(([k, v]) => [k, argument(v, precision.dtype)]));
  const floats = Object.values(args)
    .flatMap(floatsIn)
    .map((x) => laidOut(x, layout));
  const run = (xs: readonly Tensor[]): Tensor[] =>
    viewOutputs(
      sample.view,
      tensorsOf(operator.callByName(adaptInput(sample.wrapper, replaced(args, xs))), precision.dtype),
    );
  const wanted = floats.filter((_, i) => sample.wanted?.[i]);
  for (const x of wanted) x.requiresGrad = true;
  const outputs = run(floats);
  const expected = sample.outputs ?? [];
  if (outputs.length !== expected.length)
    throw new Mismatch(`${outputs.length} outputs, PyTorch has ${expected.length}`);
  if (sample.random === true) return outputs.forEach((y, i) => compareKind(y, expected[i], precision, `output ${i}`));
  outputs.forEach((y, i) => compare(y, expected[i], precision, `output ${i}`));
  if (sample.cotangents === undefined || sample.gradients === undefined) return;
  const live = outputs.filter((_, i) => sample.differentiable?.[i]);
  const missing = live.findIndex((y) => !y.requiresGrad);
  if (missing >= 0) throw new Mismatch(`differentiable output ${missing} requires no gradient`);
  const createGraph = sample.seconds !== undefined;
  const gradients = autograd.grad(live, wanted, {
    gradOutputs: decoded(sample.cotangents, precision),
    allowUnused: true,
    createGraph,
  });
  compareAll(gradients, sample.gradients, precision, "gradient");
  if (sample.seconds !== undefined && sample.weights !== undefined) {
    // PyTorch's fused backward nodes mark gradients as differentiable that depend on no input
    const again = gradients.flatMap((g, i) => (sample.secondOf?.[i] ? [g] : []));
    const weights = decoded(sample.weights, precision);
    const live = again.map((g) => g?.requiresGrad === true);
    const seconds = live.includes(true)
      ? autograd.grad(again.filter((_, i) => live[i]) as Tensor[], wanted, {
          gradOutputs: weights.filter((_, i) => live[i]),
          allowUnused: true,
        })
      : wanted.map(() => null);
    compareAll(seconds, sample.seconds, precision, "second derivative");
  }
  if (sample.tangents !== undefined && sample.outputTangents !== undefined) {
    const primals = wanted.map((x) => x.detach());
    let at = 0;
    const places = floats.map((x, i) => (sample.wanted?.[i] ? { moving: at++, x } : { moving: -1, x }));
    const [, pushed] = func.jvp(
      (...xs: Tensor[]) => run(places.map(({ moving, x }) => (moving < 0 ? x : xs[moving]))),
      primals,
      decoded(sample.tangents, precision),
    );
    compareAll(pushed, sample.outputTangents, precision, "tangent");
  }
}

/** Entries whose derivatives are wrong in PyTorch: `as_strided_scatter` gives overlapping elements of the source gradients of elements that were overwritten. */
const wrongInPyTorch: ReadonlySet<string> = new Set(["as_strided_scatter"]);

/** Returns how the operator differs from PyTorch on the sample, or `null` where it agrees. */
export function check(sample: Sample, precision: Precision, layout: Layout): string | null {
  if (wrongInPyTorch.has(sample.entry)) return null;
  // PyTorch's results are those of float64, and this op has no others
  if (["double", "cdouble"].includes(sample.op) && precision.dtype === "float32") return null;
  // computed in float64 whatever the inputs are
  if (sample.entry === "float_power" && precision.dtype === "float32") return null;
  try {
    if (sample.refused !== undefined) return checkRefused(sample);
    checkResults(sample, precision, layout);
    return null;
  } catch (error) {
    return error instanceof Error
      ? `${error instanceof Mismatch ? "" : `${error.name}: `}${error.message}`
      : String(error);
  }
}

/** Arguments that PyTorch refuses must raise an error that begins with the name of the op. */
function checkRefused({ op, args, refused }: Sample): string | null {
  let result: unknown;
  try {
    const given = Object.fromEntries(Object.entries(args).map(([k, v]) => [k, argument(v, null)]));
    result = operators.get(op)?.callByName(given);
  } catch (error) {
    return error instanceof Error && error.message !== "" ? null : `threw ${String(error)}`;
  }
  return `gives ${String(result).slice(0, 60)}, PyTorch refuses: ${refused}`;
}
