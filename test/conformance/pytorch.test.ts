/** Samples of PyTorch's operator database: values and gradients in both precisions, and inputs that must be refused. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { autograd, type DType, func, type Operator, Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../engine/src/tensor/shape.ts";
import { inRoot } from "../support/paths.ts";
import { ways } from "../support/sizes.ts";
import { decode, floatsIn, isStored, numbers, outputsOf, type StoredTensor } from "../support/stored.ts";
import { byTorchName } from "../support/torch-names.ts";

interface Case {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly outputs: readonly StoredTensor[];
  readonly cotangents?: readonly StoredTensor[];
  readonly gradients?: readonly (StoredTensor | null)[];
  readonly wanted?: readonly boolean[];
}

interface Refused {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly message: string;
}

const file = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/cases.json.gz"))).toString()) as {
  readonly cases: readonly Case[];
  readonly errors: readonly Refused[];
};

/** The largest difference, relative to what is expected; matching NaN and infinities count as equal. */
function compare(got: Tensor, expected: StoredTensor, tolerance: number, what: string): void {
  expect(got.shape, `${what}: shape`).toEqual(expected.shape);
  const kind = (dtype: string): string => (dtype.startsWith("float") ? "float" : dtype);
  expect(kind(got.dtype), `${what}: dtype`).toBe(kind(expected.tensor));
  const [a, b] = [got.toTypedArray(), numbers(expected)];
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i] || (Number.isNaN(a[i]) && Number.isNaN(b[i]))) continue;
    if (!(Math.abs(a[i] - b[i]) <= tolerance * Math.max(1, Math.abs(b[i]))))
      expect.fail(`${what}: element ${i} is ${a[i]}, PyTorch has ${b[i]}`);
  }
}

const titled = file.cases.map((c, i) => ({ title: `${c.op} #${i}`, c }));

function operatorOf(c: Case): Operator {
  const op = byTorchName.get(c.op);
  if (op === undefined) expect.fail(`no operator answers to ${c.op}`);
  return op;
}

const decoded = (c: Case, precision: DType): Record<string, unknown> =>
  Object.fromEntries(Object.entries(c.args).map(([k, v]) => [k, decode(v, precision)]));

const isZero = (expected: StoredTensor): boolean => numbers(expected).every((v) => v === 0);

/** Compares gradients, of which each may be missing where all of it is 0. */
function compareGradients(gs: readonly (Tensor | null)[], c: Case, tolerance: number, what: string): void {
  c.gradients?.forEach((expected, i) => {
    const g = gs[i];
    if (expected === null) {
      const none = g === null || g.toTypedArray().every((v) => v === 0);
      expect(none, `${what}: gradient ${i} must be null or 0`).toBe(true);
    } else if (g === null) expect(isZero(expected), `${what}: gradient ${i} is null, but PyTorch has one`).toBe(true);
    else compare(g, expected, tolerance, `${what}: gradient ${i}`);
  });
}

function check(c: Case, precision: DType, tolerance: number, what: string): void {
  const args = decoded(c, precision);
  const inputs = Object.values(args)
    .flatMap(floatsIn)
    .filter((_, i) => c.wanted?.[i]);
  for (const x of inputs) x.requiresGrad = true;
  const outputs = outputsOf(operatorOf(c).callByName(args));
  expect(outputs.length, `${what}: number of outputs`).toBe(c.outputs.length);
  outputs.forEach((y, i) => compare(y, c.outputs[i], tolerance, `${what}: output ${i}`));
  if (!c.gradients || !c.cotangents) return;
  const differentiable = outputs.filter((y) => y.requiresGrad);
  expect(differentiable.length, `${what}: outputs with a gradient`).toBe(c.cotangents.length);
  const cotangents = c.cotangents.map((v) => decode(v, precision) as Tensor);
  const gs = autograd.grad(differentiable, inputs, { gradOutputs: cotangents, allowUnused: true });
  compareGradients(gs, c, tolerance, what);
}

/** So many copies of a sample of a few elements are more than 16 elements. */
const copies = 24;

/** Whether a sample is small, its shapes do not depend on elements, and it changes nothing that all copies share. */
const isSmall = (c: Case): boolean =>
  c.op !== "masked_select" &&
  !(c.op === "nn.functional.batch_norm" && c.args.training === true && isStored(c.args.runningMean)) &&
  c.outputs.every((y) => sizeOf(y.shape) <= 16) &&
  Object.values(c.args)
    .flat()
    .every((v) => !isStored(v) || (sizeOf(v.shape) <= 16 && v.tensor !== "bool")) &&
  Object.values(c.args)
    .flat()
    .some((v) => isStored(v) && v.tensor.startsWith("float"));

/** Puts other tensors in the place of the float tensors of the arguments. */
function replaced(args: Readonly<Record<string, unknown>>, given: readonly Tensor[]): Record<string, unknown> {
  let at = 0;
  const put = (x: unknown): unknown =>
    x instanceof Tensor ? (x.dtype.startsWith("float") ? given[at++] : x) : Array.isArray(x) ? x.map(put) : x;
  return Object.fromEntries(Object.entries(args).map(([k, v]) => [k, put(v)]));
}

/** Many copies of a sample at once: the batching rules make large tensors of them, and every copy must come out as PyTorch has it. */
function checkCopies(c: Case, precision: DType, tolerance: number): void {
  const args = decoded(c, precision);
  const repeat = (x: Tensor): Tensor =>
    x
      .unsqueeze(0)
      .expand([copies, ...x.shape])
      .contiguous();
  const inputs = Object.values(args)
    .flatMap(floatsIn)
    .map((x) => repeat(x).detach().requiresGrad_());
  const outputs = func.vmap((...xs: Tensor[]) => outputsOf(operatorOf(c).callByName(replaced(args, xs))))(...inputs);
  const rows = [0, copies - 1];
  for (const k of rows)
    outputs.forEach((y, i) => compare(y.select(0, k), c.outputs[i], tolerance, `copy ${k}: output ${i}`));
  if (!c.gradients || !c.cotangents) return;
  const differentiable = outputs.filter((y) => y.requiresGrad);
  const cotangents = c.cotangents.map((v) => repeat(decode(v, precision) as Tensor));
  const wanted = inputs.filter((_, i) => c.wanted?.[i]);
  const gs = autograd.grad(differentiable, wanted, { gradOutputs: cotangents, allowUnused: true });
  for (const k of rows)
    compareGradients(
      gs.map((g) => g?.select(0, k) ?? null),
      c,
      tolerance,
      `copy ${k}`,
    );
}

describe.each([
  ["float64", 1e-7],
  ["float32", 1e-4],
] as const)("PyTorch's samples in %s", (precision, tolerance) => {
  test.each(titled)("$title", ({ c }) => {
    for (const [way, run] of Object.entries(ways)) run(() => check(c, precision, tolerance, way));
  });
  test.each(titled.filter(({ c }) => isSmall(c)))("$title, many copies at once", ({ c }) => {
    checkCopies(c, precision, tolerance);
  });
});

describe("inputs that PyTorch refuses", () => {
  // a number as the first operand is a limit of Python's methods; here it is compared
  const refused = file.errors.filter((e) => typeof e.args["input"] !== "number");
  test.each(refused.map((e, i) => ({ title: `${e.op} #${i}: ${e.message}`, e })))("$title", ({ e }) => {
    const op = byTorchName.get(e.op);
    if (op === undefined) expect.fail(`no operator answers to ${e.op}`);
    const args = Object.fromEntries(Object.entries(e.args).map(([k, v]) => [k, decode(v, null)]));
    expect(() => op.callByName(args)).toThrow();
  });
});
