/** Random programs stored by make_programs.py, and the comparison of their results with PyTorch's. */
import {
  autograd,
  cat,
  type DType,
  layerNorm,
  linear,
  logSigmoid,
  logsumexp,
  noGrad,
  stack,
  Tensor,
  tensor,
  where,
} from "tapelab";

type Argument = string | number | boolean | null | readonly (string | number)[] | Readonly<Record<string, unknown>>;
type Step = readonly [op: string, ...args: Argument[]];

/** A program with PyTorch's results. */
export interface Program {
  readonly seed: number;
  readonly leaves: readonly (readonly [
    shape: readonly number[],
    dtype: DType,
    requiresGrad: boolean,
    coarse: boolean,
  ])[];
  readonly steps: readonly (Step | readonly ["noGrad", Step])[];
  readonly outputs?: readonly number[];
  /** Index of the step that PyTorch refuses. */
  readonly refused?: number;
  /** Error of PyTorch for a saved tensor that was changed in place; the results are those without in-place changes of saved tensors. */
  readonly error?: string;
  /** Whether the error occurs even if ops save copies. */
  readonly always?: boolean;
  readonly results?: readonly (readonly [dtype: DType, shape: readonly number[]] | null)[];
  readonly data?: readonly [single: string, double: string];
}

/** Returns uniform numbers in [0, 1) by the generator mulberry32. */
function numbers(seed: number, count: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  });
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function drawn(shape: readonly number[], dtype: DType, seed: number, coarse: boolean): Tensor {
  const unit = coarse ? 0.5 : 2 ** -16;
  const values = numbers(seed, sizeOf(shape)).map((u) => Math.floor((4 * u - 2) / unit) * unit);
  return tensor(Float64Array.from(values), { dtype }).reshape(shape);
}

type Call = (...args: never[]) => unknown;

const functions: Readonly<Record<string, Call>> = {
  index: (x: Tensor, at: Tensor) => x.at(at),
  where: (c: Tensor, x: Tensor | number, z: Tensor | number) => where(c, x, z),
  cat: (xs: Tensor[], dim: number) => cat(xs, dim),
  stack: (xs: Tensor[], dim: number) => stack(xs, dim),
  linear: (x: Tensor, w: Tensor) => linear(x, w),
  layerNorm: (x: Tensor, shape: number[]) => layerNorm(x, shape),
  logsumexp: (x: Tensor, { dim, keepdim }: { dim: number[]; keepdim: boolean }) => logsumexp(x, dim, { keepdim }),
  logSigmoid: (x: Tensor) => logSigmoid(x),
  logicalNot: (x: Tensor) => x.logicalNot(),
  integers: (shape: number[], below: number, seed: number) =>
    tensor(Int32Array.from(numbers(seed, sizeOf(shape)), (u) => Math.floor(u * below))).reshape(shape),
};

/** Runs a step, and appends its results to the slots. */
function runStep([op, ...args]: Step, slots: Tensor[]): void {
  const resolved = (a: Argument): unknown =>
    typeof a === "string" && a.startsWith("$") ? slots[Number(a.slice(1))] : Array.isArray(a) ? a.map(resolved) : a;
  const [first, ...rest] = args.map(resolved);
  const named = functions[op];
  const result =
    named === undefined
      ? ((first as Record<string, Call>)[op] as (...a: unknown[]) => unknown).apply(first, rest)
      : (named as (...a: unknown[]) => unknown)(first, ...rest);
  if (op.endsWith("_") || op === "retainGrad") return;
  if (result instanceof Tensor) slots.push(result);
  else slots.push(...(result as Iterable<Tensor>));
}

/** Runs the steps. Returns the index of the first that throws, with its error, or `null`. */
function runSteps(program: Program, slots: Tensor[]): { readonly at: number; readonly error: Error } | null {
  for (const [at, step] of program.steps.entries())
    try {
      if (step[0] === "noGrad") noGrad(() => runStep(step[1] as Step, slots));
      else runStep(step as Step, slots);
    } catch (error) {
      return { at, error: error as Error };
    }
  return null;
}

/** Returns values, gradients, second derivatives and retained gradients, in the order in which they are stored. */
function resultsOf(
  program: Program,
  leaves: readonly Tensor[],
  slots: readonly Tensor[],
  backward: (loss: Tensor) => void,
): (Tensor | null)[] {
  const weighted = (ts: readonly Tensor[], salt: number): Tensor =>
    ts
      .map((t, k) =>
        t
          .mul(drawn(t.shape, t.dtype, program.seed + salt + k, false))
          .sum()
          .to("float64"),
      )
      .reduce((a, b) => a.add(b));
  const wanted = leaves.filter((x) => x.requiresGrad);
  const outputs = (program.outputs ?? []).map((k) => slots[k]);
  const found: (Tensor | null)[] = outputs.map((y) => y.detach().clone());
  found.push(stack(slots.map((t) => t.detach().to("float64").sum())));
  const grads = autograd.grad(weighted(outputs, 100), wanted, { createGraph: true, allowUnused: true });
  found.push(...grads.map((g) => g?.detach().clone() ?? null));
  const known = grads.filter((g) => g !== null);
  const second = known.length > 0 ? weighted(known, 200) : null;
  if (second?.requiresGrad) found.push(...autograd.grad(second, wanted, { retainGraph: true, allowUnused: true }));
  else found.push(...wanted.map(() => null));
  backward(weighted(outputs, 100));
  found.push(...wanted.map((x) => x.grad));
  // after in-place changes, retained gradients of views depend on the order of the changes
  const changes = program.steps.some(([op]) => op.endsWith("_") || op === "noGrad");
  if (!changes) found.push(...slots.filter((t) => t.retainsGrad()).map((t) => t.grad));
  return found;
}

/** Returns PyTorch's results as numbers. */
function expectedOf({
  results = [],
  data = ["", ""],
}: Program): ({ shape: readonly number[]; dtype: DType; values: number[] } | null)[] {
  const [single, double] = data.map((text) => Uint8Array.from(Buffer.from(text, "base64")).buffer);
  const arrays = { single: new Float32Array(single), double: new Float64Array(double) };
  const at = { single: 0, double: 0 };
  return results.map((r) => {
    if (r === null) return null;
    const [dtype, shape] = r;
    const kind = dtype === "float32" ? "single" : "double";
    const from = at[kind];
    at[kind] += sizeOf(shape);
    return { shape, dtype, values: Array.from(arrays[kind].subarray(from, at[kind])) };
  });
}

/** Returns whether the program uses float32, which limits the accuracy of all results. */
const isSingle = ({ leaves, steps }: Program): boolean =>
  leaves.some(([, dtype]) => dtype === "float32") || steps.some((s) => s[0] === "to" && s[2] === "float32");

/** Returns the difference of a result from PyTorch's as text, or `null`. A missing gradient counts as zeros. */
function difference(
  got: Tensor | null,
  expected: ReturnType<typeof expectedOf>[number],
  tolerance: number,
  selects: boolean,
): string | null {
  const values = got === null ? null : Array.from(got.detach().to("float64").toTypedArray());
  if (expected === null || values === null) {
    const other = expected === null ? (values ?? []) : expected.values;
    return other.every((v) => v === 0)
      ? null
      : `${expected === null ? "PyTorch has none" : "there is none"}, the other is [${other.join(", ")}]`;
  }
  if (String(got?.shape) !== String(expected.shape))
    return `the shape is [${got?.shape.join(", ")}], and [${expected.shape.join(", ")}] in PyTorch`;
  if (got?.dtype !== expected.dtype) return `the dtype is ${got?.dtype}, and ${expected.dtype} in PyTorch`;
  const scale = expected.values.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 1);
  // PyTorch multiplies the gradients of elements that are no extreme, and of abs at 0, by 0, which makes NaN of NaN and infinity; the rules here select
  const chosen = (w: number, i: number): boolean => selects && Number.isNaN(w) && values[i] === 0;
  const at = expected.values.findIndex(
    (w, i) =>
      !(
        chosen(w, i) ||
        values[i] === w ||
        (Number.isNaN(w) && Number.isNaN(values[i])) ||
        Math.abs(values[i] - w) <= tolerance * scale
      ),
  );
  return at < 0 ? null : `element ${at} is ${values[at]}, and ${expected.values[at]} in PyTorch`;
}

/** Runs a program, with `backward` for its last backward pass, and returns the first difference from PyTorch, or `null`. */
export function compareProgram(
  program: Program,
  backward: (loss: Tensor) => void = (loss) => loss.backward(),
): string | null {
  const leaves = program.leaves.map(([shape, dtype, needs, coarse], k) => {
    const x = drawn(shape, dtype, program.seed + k, coarse).clone();
    return needs ? x.requiresGrad_() : x;
  });
  const slots = [...leaves];
  const failure = runSteps(program, slots);
  if (failure !== null && failure.at !== program.refused)
    return `step ${failure.at} ${JSON.stringify(program.steps[failure.at])} throws "${failure.error.message}"`;
  if (program.refused !== undefined)
    return failure === null
      ? `step ${program.refused} ${JSON.stringify(program.steps[program.refused])} runs, and PyTorch refuses it`
      : null;
  let found: (Tensor | null)[];
  try {
    found = resultsOf(program, leaves, slots, backward);
  } catch (error) {
    const { message } = error as Error;
    if (program.error !== undefined && message.includes("in place")) return null;
    return `backward throws "${message}"${program.error === undefined ? "" : `, and PyTorch another error (${program.error})`}`;
  }
  // no results to compare with
  if (program.always === true) return null;
  const expected = expectedOf(program);
  if (expected.length !== found.length) return `${found.length} results, and ${expected.length} in PyTorch`;
  const tolerance = isSingle(program) ? 1e-4 : 1e-9;
  const selects = program.steps.some(([op]) => /^(amax|amin|max|min|abs)/.test(op));
  for (const [i, e] of expected.entries()) {
    const off = difference(found[i], e, tolerance, selects && i > (program.outputs ?? []).length);
    if (off !== null) return `result ${i}: ${off}`;
  }
  return null;
}
