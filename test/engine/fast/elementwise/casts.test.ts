/** Casts by the fast kernel compared with the reference: every pair of dtypes, sizes around blocks and vectors, and the ends of each range. */
import { arange, type DType, tensor } from "tapelab";
import { expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { dtypes } from "../../../../engine/src/tensor/dtype.ts";

const floats = [
  0, -0, 0.5, -0.5, 1.5, -2.7, 127.9, 128, 255.9, -129, 32767.5, 65504, 65519.9, 65520, 1e5, -1e6, 6e-8, 2.9e-8, 3e-5,
  6.1e-5, -1e-7,
];
const large = [
  2 ** 24 + 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 31 + 128,
  3e9,
  2 ** 33 + 2 ** 10,
  1e12,
  -(2 ** 40) - 2 ** 17,
  2 ** 53,
  1e20,
  -1e30,
];
const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const integers = [0, 1, -1, 127, 128, 255, 256, -129, 32768, -32769, 65537, 2 ** 31 - 1, -(2 ** 31)];

/** Returns n elements of a dtype; every third is one of its special ones. */
function elements(dtype: DType, n: number) {
  const wide = ["int64", "float32", "float64"].includes(dtype) ? large : [];
  const some =
    dtype.startsWith("float") || dtype === "bfloat16"
      ? [...floats, ...wide, ...special]
      : [...integers, ...(dtype === "int64" ? [2 ** 40, -(2 ** 45) - 3] : [])];
  const list = Array.from({ length: n }, (_, i) =>
    i % 3 === 0 ? some[(i / 3) % some.length] : ((i * 37) % 251) - 125,
  );
  return withReferenceKernels(() =>
    tensor(list, { dtype: dtype.startsWith("int") || dtype === "uint8" || dtype === "bool" ? "float64" : dtype }).to(
      dtype,
    ),
  );
}

test.each(dtypes.flatMap((from) => dtypes.filter((to) => to !== from).map((to) => [from, to] as const)))(
  "%s to %s",
  (from, to) => {
    for (const n of [64, 67, 200, 1024, 2051]) {
      const x = elements(from, n);
      expect(x.to(to).toArray(), `${n} elements`).toEqual(withReferenceKernels(() => x.to(to)).toArray());
    }
  },
);

/** The positive and negative numbers of float16 between 0 and the largest one, with as many between each and the next. */
const halves = Float32Array.from({ length: 8 * 31 * 1024 }, (_, i) => {
  const [bits, between] = [(i >> 2) % (31 * 1024), (i & 3) / 4];
  const [exponent, fraction] = [bits >> 10, (bits & 1023) + between];
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return i < 4 * 31 * 1024 ? magnitude : -magnitude;
});

test("to float16 and back: every finite number, and those between", () => {
  const x = tensor(halves);
  const narrow = x.to("float16");
  const reference = withReferenceKernels(() => x.to("float16"));
  const wide = withReferenceKernels(() => reference.to("float32"));
  expect(narrow.toTypedArray()).toEqual(reference.toTypedArray());
  const finite = wide.isfinite();
  const count = finite.sum().item();
  expect(count).toBeGreaterThan(halves.length - 10);
  expect(reference.maskedSelect(finite).to("float32").toTypedArray()).toEqual(wide.maskedSelect(finite).toTypedArray());
});

test.each(dtypes.filter((d) => d !== "int16"))("%s to int16, transposed", (from) => {
  const x = elements(from, 35 * 41)
    .reshape([35, 41])
    .transpose(0, 1);
  expect(x.to("int16").toArray()).toEqual(withReferenceKernels(() => x.to("int16")).toArray());
});

test("parts of a complex view", () => {
  const x = elements("float32", 300).to("complex64").reshape([15, 20]).narrow(0, 3, 9);
  for (const y of [x, x.transpose(0, 1)]) {
    expect(y.to("float64").toArray()).toEqual(withReferenceKernels(() => y.to("float64")).toArray());
    expect(y.to("complex128").toArray()).toEqual(withReferenceKernels(() => y.to("complex128")).toArray());
  }
});

test.each(["float16", "bfloat16", "int64"] as const)("copies of a transposed %s", (dtype) => {
  const x = elements(dtype, 35 * 41)
    .reshape([35, 41])
    .transpose(0, 1);
  expect(x.contiguous().toArray()).toEqual(withReferenceKernels(() => x.contiguous()).toArray());
});

test.each(["float32", "float64", "int64"] as const)("copies of %s with exchanged dimensions", (dtype) => {
  for (const shape of [
    [3, 17, 23],
    [2, 64, 40],
    [33, 4, 70],
    [1, 130, 5],
  ]) {
    const x = arange(shape[0] * shape[1] * shape[2], { dtype }).reshape(shape);
    for (const dims of [
      [0, 2, 1],
      [2, 1, 0],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const y = x.permute(dims);
      expect(y.contiguous().toArray(), `${shape.join(" x ")} by ${dims.join()}`).toEqual(y.toArray());
      expect(y.flip([1]).toArray(), `${shape.join(" x ")} by ${dims.join()}`).toEqual(
        withReferenceKernels(() => y.flip([1])).toArray(),
      );
    }
  }
});
