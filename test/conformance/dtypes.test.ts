/** Type promotion, ranges and casts of dtypes, compared with PyTorch's (make_dtypes.py). */
import { canCast, type DType, finfo, iinfo, promoteTypes, resultType, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import stored from "./dtypes.json" with { type: "json" };

const names: readonly DType[] = [
  "bool",
  "uint8",
  "int8",
  "int16",
  "int32",
  "int64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
];

/** Reads a stored element: integers beyond 2^53 and floats that are not finite are strings. */
const read = (v: number | string | boolean): number | bigint | boolean =>
  typeof v !== "string" ? v : /^-?\d+$/.test(v) ? BigInt(v) : Number(v.replace("inf", "Infinity"));

const operand = (kind: string): Tensor | number | boolean => {
  const [rank, what] = kind.split(" ");
  if (rank === "number") return what === "int" ? 3 : what === "float" ? 2.5 : true;
  return tensor(rank === "vector" ? [1, 1] : 1, { dtype: what as DType });
};

test("promoteTypes", () => {
  expect(names.map((a) => names.map((b) => promoteTypes(a, b)))).toEqual(stored.promote);
});

test("canCast", () => {
  expect(names.map((a) => names.map((b) => canCast(a, b)))).toEqual(stored.canCast);
});

test.each(stored.kinds.map((kind, i) => [kind, i] as const))("resultType of a %s", (kind, i) => {
  expect(stored.kinds.map((other) => resultType(operand(kind), operand(other)))).toEqual(stored.results[i]);
});

test.each(Object.entries(stored.info))("the range of %s", (dtype, info) => {
  if ("eps" in info) {
    const { smallest_normal, ...rest } = info;
    const { resolution, dtype: _, ...found } = finfo(dtype as DType);
    expect({ ...found, resolution: Number(resolution.toPrecision(6)) }).toEqual({
      ...rest,
      smallestNormal: smallest_normal,
    });
  } else expect(iinfo(dtype as DType)).toEqual({ bits: info.bits, dtype, max: read(info.max), min: read(info.min) });
});

describe("casts", () => {
  test.each(stored.casts as [DType, DType, (number | string)[], (number | string)[]][])(
    "from %s to %s",
    (from, to, values, expected) => {
      const x = tensor(values.map(read), { dtype: from });
      expect(x.to(to).dtype).toBe(to);
      expect(x.to(to).toArray()).toEqual(expected.map(read));
      const strided = tensor(
        values.flatMap((v) => [read(v), read(v)]),
        { dtype: from },
      )
        .reshape([-1, 2])
        .select(1, 1);
      expect(strided.to(to).toArray()).toEqual(expected.map(read));
    },
  );
});
