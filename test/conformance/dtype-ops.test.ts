/** Ops on operands of every dtype, compared with PyTorch's results and refusals (make_dtype_ops.py). */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type DType, operators, Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

type Scalar = number | string | boolean;
type Result = readonly (readonly [dtype: DType, shape: readonly number[], values: readonly Scalar[]])[];
type Entry = readonly [op: string, args: Readonly<Record<string, unknown>>, result: Result | string];

const { entries } = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/dtype_ops.json.gz"))).toString()) as {
  readonly entries: readonly Entry[];
};

const byName = new Map([...operators.values()].flatMap((op) => [op.torch, ...op.aliases].map((name) => [name, op])));

/** Reads a stored element: integers beyond 2^53 and floats that are not finite are strings. */
const read = (v: Scalar): number | bigint | boolean =>
  typeof v !== "string" ? v : /^-?\d+$/.test(v) ? BigInt(v) : Number(v.replace("inf", "Infinity"));

function argument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(argument);
  if (typeof value !== "object" || value === null) return value;
  const { dtype, values } = value as { readonly dtype: DType; readonly values: number[] };
  return tensor(values, { dtype });
}

const tensorsOf = (y: unknown): Tensor[] =>
  y instanceof Tensor
    ? [y]
    : Array.isArray(y)
      ? y.flatMap(tensorsOf)
      : typeof y === "object" && y !== null
        ? Object.values(y).flatMap(tensorsOf)
        : [];

/** Largest relative error: an error of the last digit, and of several in float32, where functions are computed otherwise. */
const tolerances: Readonly<Partial<Record<DType, number>>> = {
  float16: 2 ** -9,
  bfloat16: 2 ** -6,
  float32: 2e-5,
  float64: 1e-7,
};

function agrees(got: number | bigint | boolean, wanted: number | bigint | boolean, dtype: DType): boolean {
  if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) return true;
  const tolerance = tolerances[dtype] ?? 0;
  return Math.abs(Number(got) - Number(wanted)) <= tolerance * Math.max(1, Math.abs(Number(wanted)));
}

/** Returns the difference from PyTorch; `null` if there is none. */
function difference([name, args, result]: Entry): string | null {
  const given = Object.fromEntries(Object.entries(args).map(([key, v]) => [key, argument(v)]));
  let found: Tensor[];
  try {
    found = tensorsOf(byName.get(name)?.callByName(given));
  } catch (error) {
    return typeof result === "string" ? null : `raises ${String(error)}`;
  }
  if (typeof result === "string") return `is not refused, and gives ${found.map((y) => y.dtype).join(", ")}`;
  for (const [i, [dtype, shape, values]] of result.entries()) {
    const y = found[i];
    if (y?.dtype !== dtype) return `output ${i}: dtype ${y?.dtype}, PyTorch has ${dtype}`;
    if (String(y.shape) !== String(shape))
      return `output ${i}: shape [${y.shape.join()}], PyTorch has [${shape.join()}]`;
    const flat = y.reshape([-1]).toArray<(number | bigint | boolean)[]>();
    const at = values.findIndex((v, k) => !agrees(flat[k], read(v), dtype));
    if (at >= 0) return `output ${i}, element ${at}: ${flat[at]}, PyTorch has ${values[at]}`;
  }
  return null;
}

const described = (args: Readonly<Record<string, unknown>>): string =>
  Object.values(args)
    .map((v) => (typeof v === "object" && v !== null && "dtype" in v ? String(v.dtype) : JSON.stringify(v)))
    .join(", ");

/** Known differences: the reason, by a pattern of what is reported. */
const known: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^special\..*float16\b.* is not refused/, "PyTorch has no kernels of these functions for 16 bits on the CPU"],
  [
    /^special\.(zeta|airy_ai|spherical_bessel_j0|scaled_modified_bessel_k[01])\(.* is not refused/,
    "PyTorch has them for two dtypes only",
  ],
  [/^logcumsumexp\(.* is not refused/, "integers become float32"],
  [/^ldexp\(.*bool\) is not refused/, "the exponent of a bool is 0 or 1"],
  [/^nn\.functional\.hardtanh\(uint8\) is not refused/, "the lower limit wraps around"],
  [/^nn\.functional\.cross_entropy\(float32, int32\) is not refused/, "int32 targets are allowed"],
  [/^nn\.functional\.one_hot\(int32\) is not refused/, "int32 classes are allowed"],
  [/^masked\.logsumexp\((bool|u?int\d+)\b/, "PyTorch stores the logarithm in the integer dtype of the input"],
];

describe("ops on every dtype", () => {
  const names = [...new Set(entries.map(([name]) => name))].filter((name) => byName.has(name));
  test.each(names)("%s", (name) => {
    const faults = entries
      .filter(([op]) => op === name)
      .flatMap((entry) => {
        const text = difference(entry);
        return text === null ? [] : [`${name}(${described(entry[1])}) ${text}`];
      })
      .filter((text) => !known.some(([pattern]) => pattern.test(text)));
    expect(faults).toEqual([]);
  });
});
