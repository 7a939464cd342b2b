/** What PyTorch's own operator database says: values and gradients in both precisions, and inputs that must be refused. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { autograd, operators, type Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";
import { decode, floatsIn, numbers, outputsOf, type StoredTensor } from "../support/stored.ts";

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

const byTorchName = new Map([...operators.values()].map((op) => [op.torch.replace(/^Tensor\./, ""), op]));

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

describe.each([
  ["float64", 1e-7],
  ["float32", 1e-4],
] as const)("PyTorch's samples in %s", (precision, tolerance) => {
  test.each(titled)("$title", ({ c }) => {
    const op = byTorchName.get(c.op);
    if (op === undefined) expect.fail(`no operator answers to ${c.op}`);
    const args = Object.fromEntries(Object.entries(c.args).map(([k, v]) => [k, decode(v, precision)]));
    const inputs = Object.values(args)
      .flatMap(floatsIn)
      .filter((_, i) => c.wanted?.[i]);
    for (const x of inputs) x.requiresGrad = true;
    const outputs = outputsOf(op.callByName(args));
    expect(outputs.length, "number of outputs").toBe(c.outputs.length);
    outputs.forEach((y, i) => compare(y, c.outputs[i], tolerance, `output ${i}`));
    if (!c.gradients || !c.cotangents) return;
    const differentiable = outputs.filter((y) => y.requiresGrad);
    expect(differentiable.length, "outputs with a gradient").toBe(c.cotangents.length);
    const cotangents = c.cotangents.map((v) => decode(v, precision) as Tensor);
    const gs = autograd.grad(differentiable, inputs, { gradOutputs: cotangents, allowUnused: true });
    c.gradients.forEach((expected, i) => {
      if (expected === null) {
        expect(gs[i] === null || gs[i].toTypedArray().every((v) => v === 0), `gradient ${i} must be null or 0`).toBe(
          true,
        );
        return;
      }
      if (gs[i] === null)
        expect(
          numbers(expected).every((v) => v === 0),
          `gradient ${i} is null, but PyTorch has one`,
        ).toBe(true);
      else compare(gs[i], expected, tolerance, `gradient ${i}`);
    });
  });
});

describe("inputs that PyTorch refuses", () => {
  test.each(file.errors.map((e, i) => ({ title: `${e.op} #${i}: ${e.message}`, e })))("$title", ({ e }) => {
    const op = byTorchName.get(e.op);
    if (op === undefined) expect.fail(`no operator answers to ${e.op}`);
    const args = Object.fromEntries(Object.entries(e.args).map(([k, v]) => [k, decode(v, null)]));
    expect(() => op.callByName(args)).toThrow();
  });
});
