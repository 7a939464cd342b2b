/** PyTorch's results at the edges: shapes and dtypes that do not match, sizes of 0 and 1, NaN, infinities, denormals, random windows. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { autograd, type DType, type Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";
import { decode, floatsIn, numbers, outputsOf, type StoredTensor } from "../support/stored.ts";
import { byTorchName } from "../support/torch-names.ts";

interface Case {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Whether dtypes are as stored; otherwise the call is made in both precisions. */
  readonly exact?: true;
  /** PyTorch's message, where it refuses the call. */
  readonly error?: string;
  readonly outputs?: readonly StoredTensor[];
  readonly cotangents?: readonly StoredTensor[];
  readonly gradients?: readonly (StoredTensor | null)[];
}

const { cases } = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/edges.json.gz"))).toString()) as {
  readonly cases: readonly Case[];
};

/** Compares shape, dtype and elements, by their difference relative to what is expected; matching NaN and infinities are equal. */
function compare(got: Tensor, expected: StoredTensor, tolerance: number, what: string, exact = false): void {
  expect(got.shape, `${what}: shape`).toEqual(expected.shape);
  const kind = (dtype: string): string =>
    dtype === "int64" ? "int32" : dtype.startsWith("float") && !exact ? "float" : dtype;
  expect(kind(got.dtype), `${what}: dtype`).toBe(kind(expected.tensor));
  const [a, b] = [got.toTypedArray(), numbers(expected)];
  for (let i = 0; i < b.length; i++) {
    if (a[i] === b[i] || (Number.isNaN(a[i]) && Number.isNaN(b[i]))) continue;
    if (!(Math.abs(a[i] - b[i]) <= tolerance * Math.max(1, Math.abs(b[i]))))
      expect.fail(`${what}: element ${i} is ${a[i]}, PyTorch has ${b[i]}`);
  }
}

function call({ op, args }: Case, precision: DType | null, gradients: boolean): [inputs: Tensor[], outputs: Tensor[]] {
  const operator = byTorchName.get(op.replace(/^Tensor\./, ""));
  if (operator === undefined) expect.fail(`no operator answers to ${op}`);
  const given = Object.fromEntries(Object.entries(args).map(([name, v]) => [name, decode(v, precision)]));
  const inputs = Object.values(given).flatMap(floatsIn);
  if (gradients) for (const x of inputs) x.requiresGrad = true;
  return [inputs, outputsOf(operator.callByName(given))];
}

function check(c: Case, precision: DType | null): void {
  const [inputs, outputs] = call(c, precision, c.gradients !== undefined);
  const single = precision === "float32" || (precision === null && JSON.stringify(c.args).includes('"float32"'));
  const tolerance = single ? 2e-4 : 1e-7;
  expect(outputs.length, "number of outputs").toBe(c.outputs?.length);
  outputs.forEach((y, i) => compare(y, (c.outputs as StoredTensor[])[i], tolerance, `output ${i}`, c.exact));
  if (c.gradients === undefined) return;
  const differentiable = outputs.filter((y) => y.requiresGrad);
  expect(differentiable.length, "outputs with a gradient").toBe(c.cotangents?.length);
  const gradOutputs = c.cotangents?.map((v) => decode(v, precision) as Tensor) ?? [];
  const gs = autograd.grad(differentiable, inputs, { gradOutputs, allowUnused: true });
  c.gradients.forEach((expected, i) => {
    const g = gs[i];
    if (expected !== null && g !== null) compare(g, expected, tolerance, `gradient ${i}`, c.exact);
    else {
      // no gradient and a gradient of 0 are the same
      const all = g?.toTypedArray() ?? (expected === null ? [] : numbers(expected));
      expect(
        [...all].every((v) => v === 0),
        `gradient ${i} must be null or 0`,
      ).toBe(true);
    }
  });
}

const messageOf = (run: () => void): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
};

const described = (c: Case, i: number): string =>
  `#${i} {${Object.entries(c.args)
    .map(
      ([name, v]) =>
        `${name}: ${JSON.stringify(v, (key, x: unknown) => (key === "data" || key === "kind" ? undefined : x))}`,
    )
    .join(", ")}}`;

const ops = [...new Set(cases.map((c) => c.op))];

describe.each(ops)("%s", (op) => {
  const own = cases.flatMap((c, i) => (c.op === op ? [{ c, i }] : []));

  test("values and gradients are PyTorch's", () => {
    const wrong = own.flatMap(({ c, i }) => {
      if (c.error !== undefined) return [];
      const precisions: (DType | null)[] = c.exact ? [null] : ["float64", "float32"];
      return precisions.flatMap((p) => {
        const message = messageOf(() => check(c, p));
        return message === null ? [] : [`${described(c, i)} in ${p ?? "these dtypes"}: ${message}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test("what PyTorch refuses is refused, in words", () => {
    const wrong = own.flatMap(({ c, i }) => {
      if (c.error === undefined) return [];
      try {
        call(c, c.exact ? null : "float64", false);
        return [`${described(c, i)} is accepted; PyTorch: ${c.error}`];
      } catch (error) {
        const inner = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
        return inner ? [`${described(c, i)} fails inside: ${error.message}`] : [];
      }
    });
    expect(wrong).toEqual([]);
  });
});
