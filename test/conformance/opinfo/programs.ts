/** Runs a random program of `make_programs.py` and compares its value, gradients, second derivatives, tangent and values for a batch with PyTorch's. */
import { autograd, type DType, func, operators, Tensor } from "tapelab";
import { decode, isStored, numbers, type StoredTensor } from "../../support/stored.ts";
import { argument, tensorsOf } from "./check.ts";

/** A tensor that is replaced by its base plus 0.1 tanh of an earlier result. */
interface Slot {
  readonly slot: number;
  readonly turned: boolean;
  readonly base: StoredTensor;
}

/** A call of an operator, or a change in place of a copy of an earlier result through a view of it. */
type Step =
  | { readonly op: string; readonly args: Readonly<Record<string, unknown>> }
  | {
      readonly change: string;
      readonly slot: number;
      readonly view: readonly [string, ...number[]];
      readonly other?: number;
    };

/** A program with PyTorch's results in float64. */
export interface Program {
  readonly leaves: readonly StoredTensor[];
  readonly steps: readonly Step[];
  /** The results whose weighted sum is the value. */
  readonly slots: readonly number[];
  readonly weights: readonly StoredTensor[];
  readonly value: number;
  readonly gradients: readonly (StoredTensor | null)[];
  /** The largest difference of PyTorch's float32 results from those in float64, if it has any. */
  readonly single?: number;
  readonly directions?: readonly StoredTensor[];
  readonly seconds?: readonly (StoredTensor | null)[];
  readonly tangents?: readonly StoredTensor[];
  readonly tangent?: number;
  readonly batch?: readonly StoredTensor[];
  readonly values?: readonly number[];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Returns the elements of t, repeated or cut to a shape; `turned` exchanges the last two dimensions in memory. */
function fit(t: Tensor, shape: readonly number[], turned: boolean): Tensor {
  if (turned && shape.length >= 2) {
    const [rows, columns] = shape.slice(-2);
    return fit(t, [...shape.slice(0, -2), columns, rows], false).transpose(-1, -2);
  }
  const n = sizeOf(shape);
  const line = t.reshape([-1]);
  const times = Math.ceil(n / Math.max(1, line.numel()));
  return line
    .repeat(times)
    .narrow(0, 0, n)
    .reshape([...shape]);
}

function viewOf(t: Tensor, [kind, a, b, c]: readonly [string, ...number[]]): Tensor {
  if (kind === "narrow") return t.narrow(a, b, c);
  if (kind === "select") return t.select(a, b);
  return kind === "transpose" ? t.transpose(a, b) : t;
}

const isSlot = (x: unknown): x is Slot => typeof x === "object" && x !== null && "slot" in x;

/** Decodes an argument, with earlier results in the places of slots. */
function put(value: unknown, pool: readonly Tensor[], dtype: DType): unknown {
  if (isSlot(value)) {
    const base = decode(value.base, dtype) as Tensor;
    return base.numel() === 0 ? base : base.add(fit(pool[value.slot], base.shape, value.turned).tanh().mul(0.1));
  }
  if (Array.isArray(value)) return value.map((v) => put(v, pool, dtype));
  return argument(isStored(value) ? value : value, dtype);
}

function call(step: Step, pool: Tensor[], dtype: DType): void {
  if ("op" in step) {
    const args = Object.fromEntries(Object.entries(step.args).map(([k, v]) => [k, put(v, pool, dtype)]));
    const floats = tensorsOf(operators.get(step.op)?.callByName(args)).filter((y) => y.dtype.startsWith("float"));
    pool.push(...floats.slice(0, 2));
    return;
  }
  const t = pool[step.slot].clone();
  const part = viewOf(t, step.view);
  const others = step.other === undefined ? [] : [fit(pool[step.other], part.shape, false).tanh()];
  (part as unknown as Record<string, (...args: Tensor[]) => Tensor>)[step.change](...others);
  pool.push(t);
}

/** Runs the program on leaves, and returns its value. */
function run({ steps, slots, weights }: Program, leaves: readonly Tensor[], dtype: DType): Tensor {
  const pool = [...leaves];
  for (const step of steps) {
    try {
      call(step, pool, dtype);
    } catch (error) {
      const name = "op" in step ? step.op : step.change;
      throw new Error(`in ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  return slots
    .map((slot, i) =>
      pool[slot]
        .to("float64")
        .mul(decode(weights[i], "float64") as Tensor)
        .sum(),
    )
    .reduce((sum, y) => sum.add(y));
}

const decoded = (list: readonly StoredTensor[], dtype: DType): Tensor[] => list.map((v) => decode(v, dtype) as Tensor);

/** Fails unless all elements agree within the tolerance, relative to the largest of them and 1. */
function compare(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++)
    if (!(Math.abs(got[i] - expected[i]) <= tolerance * scale))
      throw new Error(`${what} ${i}: ${got[i]}, PyTorch has ${expected[i]}`);
}

function compareTensors(
  got: readonly (Tensor | null)[],
  expected: readonly (StoredTensor | null)[],
  tolerance: number,
  what: string,
): void {
  expected.forEach((e, i) => {
    const g = got[i];
    const zeros = { length: g?.numel() ?? (e === null ? 0 : sizeOf(e.shape)) };
    const wanted = e === null ? Array.from(zeros, () => 0) : numbers(e);
    compare(g?.toTypedArray() ?? Array.from(zeros, () => 0), wanted, tolerance, `${what} of leaf ${i}, element`);
  });
}

function checkDouble(program: Program): void {
  const tolerance = 1e-7;
  const leaves = decoded(program.leaves, "float64").map((x) => x.requiresGrad_());
  const value = run(program, leaves, "float64");
  compare([value.item()], [program.value], tolerance, "value");
  const createGraph = program.seconds !== undefined;
  const gradients = autograd.grad(value, leaves, { allowUnused: true, createGraph });
  compareTensors(gradients, program.gradients, tolerance, "gradient");
  if (program.seconds !== undefined && program.directions !== undefined) {
    const directions = decoded(program.directions, "float64");
    const parts = gradients.flatMap((g, i) => (g?.requiresGrad === true ? [g.mul(directions[i]).sum()] : []));
    const seconds =
      parts.length === 0
        ? leaves.map(() => null)
        : autograd.grad(
            parts.reduce((sum, y) => sum.add(y)),
            leaves,
            { allowUnused: true },
          );
    compareTensors(seconds, program.seconds, 10 * tolerance, "second derivative");
  }
  const plain = leaves.map((x) => x.detach());
  if (program.tangents !== undefined && program.tangent !== undefined) {
    const f = (...xs: Tensor[]): Tensor => run(program, xs, "float64");
    const [, pushed] = func.jvp(f, plain, decoded(program.tangents, "float64"));
    compare([pushed.item()], [program.tangent], tolerance, "tangent");
  }
  if (program.batch !== undefined && program.values !== undefined) {
    const f = (...xs: Tensor[]): Tensor => run(program, xs, "float64");
    const values = func.vmap(f)(...decoded(program.batch, "float64"));
    compare(values.toTypedArray(), program.values, tolerance, "value of the batch");
  }
}

/** Compares in float32, as closely as PyTorch's own float32 results are to those in float64. */
function checkSingle(program: Program, error: number): void {
  const leaves = decoded(program.leaves, "float32").map((x) => x.requiresGrad_());
  const value = run(program, leaves, "float32");
  const tolerance = 1e-4 + 50 * error;
  compare([value.item()], [program.value], tolerance, "float32: value");
  compareTensors(
    autograd.grad(value, leaves, { allowUnused: true }),
    program.gradients,
    tolerance,
    "float32: gradient",
  );
}

/** Returns how a program differs from PyTorch, with the names of its steps, or `null` where it agrees. */
export function checkProgram(program: Program): string | null {
  try {
    checkDouble(program);
    if (program.single !== undefined) checkSingle(program, program.single);
    return null;
  } catch (error) {
    const names = program.steps.map((s) => ("op" in s ? s.op : s.change)).join(", ");
    return `${error instanceof Error ? error.message : String(error)} [${names}]`;
  }
}
