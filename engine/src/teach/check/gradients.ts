/** `check.grad` and `check.backward`: gradients compared with central differences. */

import { checkRows } from "../../inspect/numerics/check.ts";
import { OperandFinder } from "../../inspect/numerics/operands.ts";
import { lift } from "../../inspect/numerics/runs.ts";
import type { NumericRow } from "../../protocol/index.ts";
import { grad } from "../../tape/backward/backward.ts";
import { recordCustomOp } from "../../tape/graph/custom-op.ts";
import { enableGrad, noGrad } from "../../tape/graph/mode.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, showShape } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { examine, type LocalExamination } from "./examine.ts";
import { CheckError, errorWords } from "./failure.ts";
import { badRow, gradientFailure } from "./gradient-report.ts";
import type { CheckHost } from "./host.ts";
import { wordsOf } from "./plain.ts";
import type { Random } from "./random.ts";

type TensorFunction = (...inputs: Tensor[]) => unknown;

/** Returns the outputs of a function: the tensors of what it returns. */
function outputsOf(check: string, result: unknown): Tensor[] {
  const list = result instanceof Tensor ? [result] : Array.isArray(result) ? (result as readonly unknown[]) : [];
  const tensors = list.filter((x): x is Tensor => x instanceof Tensor && takesGradients(x.dtype));
  if (tensors.length === 0)
    throw new CheckError({
      check,
      sentence: `expected a tensor, but the function returned ${wordsOf(result)}`,
      hints: [
        result === undefined
          ? "Nothing is returned: is a return missing?"
          : "Return the tensor itself, not numbers: numbers carry no gradient.",
      ],
    });
  return tensors;
}

/** Records a function as one op whose rule is its own gradient, so that the op can be checked as any other. */
function asOneOp(check: string, f: TensorFunction, inputs: readonly Tensor[]): Tensor[] {
  const run = (xs: readonly Tensor[]): Tensor[] => outputsOf(check, f(...xs));
  const outputs = noGrad(() => run(inputs.map((x) => x.detach().clone()))).map((y) => y.detach());
  const recorded = recordCustomOp(
    {
      name: f.name === "" ? "the function" : f.name,
      vjp: (cotangents) => {
        const leaves = inputs.map((x) => (takesGradients(x.dtype) ? x.detach().clone().requiresGrad_() : x));
        const ys = enableGrad(() => run(leaves));
        const wanted = leaves.filter((x) => x.requiresGrad);
        const roots = ys.flatMap((y, i) =>
          y.requiresGrad && cotangents[i] !== null ? [[y, cotangents[i]] as const] : [],
        );
        if (roots.length === 0) return leaves.map(() => null);
        const found = grad(
          roots.map(([y]) => y),
          wanted,
          { gradOutputs: roots.map(([, g]) => g), allowUnused: true },
        );
        return leaves.map((x) => (x.requiresGrad ? found[wanted.indexOf(x)] : null));
      },
      rerun: (given) => asOneOp(check, f, given),
    },
    inputs,
    outputs,
  );
  return [...recorded.outputs];
}

/** Examines the ops inside of the function, to find the one whose rule is wrong, or the place where a value leaves the tape. */
function innerExamination(f: TensorFunction, inputs: readonly Tensor[]): LocalExamination | null {
  const leaves = inputs.map((x) => (takesGradients(x.dtype) ? x.detach().clone().requiresGrad_() : x));
  try {
    return examine(
      () => f(...leaves),
      leaves.filter((x) => x.requiresGrad),
    );
  } catch {
    return null;
  }
}

/** Throws the failure of the first wrong gradient. */
function report(
  host: CheckHost,
  check: string,
  rows: readonly NumericRow[],
  f: TensorFunction,
  { list, wanted }: CheckedRun,
): void {
  const bad = badRow(rows);
  if (bad < 0) return;
  const names = wanted.map((i) => (wanted.length === 1 && i === 0 ? "the input" : `input ${i + 1}`));
  const inner = rows[bad].state === "wrong" ? innerExamination(f, list) : null;
  const remote = inner === null || inner.node === null ? null : host.examine(inner.node);
  throw gradientFailure(check, rows, bad, names, inner, remote);
}

/** The inputs of a check as leaves, the positions of those that need gradients, and the outputs. */
interface CheckedRun {
  readonly list: Tensor[];
  readonly wanted: number[];
  readonly outputs: Tensor[];
}

/** Runs a function in double precision; in the dtypes that were given where it has tensors of its own in them, such as parameters. */
function runOf(check: string, f: TensorFunction, inputs: readonly unknown[]): CheckedRun {
  const { list, wanted } = leavesFor(check, inputs, lift);
  try {
    return { list, wanted, outputs: asOneOp(check, f, list) };
  } catch (error) {
    if (!(error instanceof DTypeError)) throw error;
    const given = leavesFor(check, inputs, (x) => x.detach().clone());
    return { ...given, outputs: asOneOp(check, f, given.list) };
  }
}

/** Returns the inputs as leaves. */
function leavesFor(
  check: string,
  inputs: readonly unknown[],
  copyOf: (x: Tensor) => Tensor,
): { readonly list: Tensor[]; readonly wanted: number[] } {
  const list = inputs.map((x, i) => {
    if (!(x instanceof Tensor))
      throw new ArgumentError(check, `input ${i + 1} must be a tensor, but got ${wordsOf(x)}`);
    const lifted = copyOf(x);
    return takesGradients(lifted.dtype) ? lifted.requiresGrad_() : lifted;
  });
  const wanted = list.flatMap((x, i) => (x.requiresGrad ? [i] : []));
  if (wanted.length === 0)
    throw new ArgumentError(check, "expected an input of a float dtype, as integers have no gradient");
  return { list, wanted };
}

/** Computes the gradients once, so that an error of a gradient rule is reported with the shapes that it had to fit. */
function requireGradients(check: string, outputs: readonly Tensor[], leaves: readonly Tensor[]): void {
  try {
    grad(outputs, leaves, {
      gradOutputs: outputs.map((y) => y.detach().clone()),
      allowUnused: true,
      retainGraph: true,
    });
  } catch (error) {
    if (error instanceof ArgumentError && error.op === check) throw error;
    const shapes = (tensors: readonly Tensor[]): string => tensors.map(({ shape }) => showShape(shape)).join(" and ");
    throw new CheckError({
      check,
      sentence: `no gradient was computed: ${errorWords(error)}`,
      facts: [
        { name: "inputs", text: shapes(leaves) },
        { name: "upstream gradient", text: `${shapes(outputs)}, the shape of the result` },
      ],
      hints: [
        `The upstream gradient has the shape of the result, ${shapes(outputs)}, and the gradient of each input must have that of the input: follow the shapes line by line.`,
      ],
    });
  }
}

function checkFunction(host: CheckHost, check: string, f: TensorFunction, inputs: readonly unknown[]): void {
  const run = runOf(check, f, inputs);
  const { list, wanted, outputs } = run;
  const [y] = outputs;
  if (y.gradFn === null) throw new ArgumentError(check, "the inputs must require gradients");
  requireGradients(
    check,
    outputs,
    wanted.map((i) => list[i]),
  );
  report(host, check, checkRows(y.gradFn, new OperandFinder()), f, run);
}

export function checkGrad(host: CheckHost, f: unknown, inputs: readonly unknown[]): void {
  if (typeof f !== "function")
    throw new ArgumentError("check.grad", `expected a function of tensors, then its inputs, but got ${wordsOf(f)}`);
  if (inputs.length === 0) throw new ArgumentError("check.grad", "expected the inputs after the function");
  checkFunction(host, "check.grad", f as TensorFunction, inputs);
}

interface Applies {
  readonly apply: (...args: unknown[]) => unknown;
  readonly forward?: { readonly length: number };
  readonly name?: string;
}

/** Returns an op as a function: a subclass of `autograd.Function` by its `apply`, an instance of it or of needle's ops by a call. */
function functionOf(op: unknown): { readonly f: TensorFunction; readonly arity: number } {
  const given = op as Partial<Applies> & { readonly prototype?: unknown };
  const isClass = typeof op === "function" && /^class\b/.test(Function.prototype.toString.call(op));
  const forward = given?.forward;
  if (typeof op === "function" && !isClass && forward === undefined)
    return { f: op as unknown as TensorFunction, arity: op.length };
  if (forward !== undefined && typeof given.apply === "function") {
    const f = (...xs: Tensor[]): unknown => (given as Applies).apply(...xs);
    Object.defineProperty(f, "name", { value: given.name ?? "apply" });
    return { f, arity: Math.max(1, forward.length - 1) };
  }
  if (typeof op === "object" && op !== null && "compute" in op && "gradient" in op) {
    const instance = op as { call?: (...xs: unknown[]) => unknown; compute: (...xs: unknown[]) => unknown };
    if (typeof instance.call === "function")
      return { f: (...xs) => instance.call?.(...xs), arity: Math.max(1, instance.compute.length) };
  }
  throw new ArgumentError(
    "check.backward",
    `expected a class that extends autograd.Function, or a function of tensors with its own gradient, but got ${wordsOf(op)}`,
  );
}

/** Shapes of inputs that are tried for an op: of one size, of a product of matrices, and of vectors. */
const trials: readonly ((i: number) => readonly number[])[] = [
  () => [3, 4],
  (i) => [3 + i, 4 + i],
  (i) => (i === 0 ? [3, 4] : [4]),
  () => [4],
];

export function checkBackward(host: CheckHost, random: Random, op: unknown, inputs: readonly unknown[]): void {
  const { f, arity } = functionOf(op);
  if (inputs.length > 0) {
    checkFunction(host, "check.backward", f, inputs);
    return;
  }
  let failure: unknown = null;
  for (const shapeOf of trials) {
    const made = Array.from({ length: arity }, (_, i) => random.tensor(shapeOf(i), { low: 0.3, high: 2 }));
    try {
      noGrad(() => f(...made.map((x) => x.clone())));
    } catch (error) {
      failure ??= error;
      continue;
    }
    checkFunction(host, "check.backward", f, made);
    return;
  }
  throw new CheckError({
    check: "check.backward",
    sentence: `the op ran at none of the inputs that were tried: ${errorWords(failure)}`,
    hints: ["Pass inputs of the right shapes after the op: check.backward(Op, x, w)."],
  });
}
