/** Mantissas and exponents by the fast kernel: denormal numbers, zeros, infinities and NaN. */
import { frexp, tensor } from "tapelab";
import { expect, test } from "vitest";
import { withEagerKernels } from "../../../../engine/src/fast/wasm/module.ts";

test.each([
  ["float32", 2 ** -149, 2 ** -130 * 3, 2 ** 127],
  ["float64", 2 ** -1074, 2 ** -1060 * 3, 2 ** 1023],
] as const)("splits numbers of %s", (dtype, least, denormal, large) => {
  const numbers = [0, -0, 1, -6, least, -denormal, large, Number.POSITIVE_INFINITY, Number.NaN];
  const [mantissa, exponent] = withEagerKernels(() => frexp(tensor(Float64Array.from(numbers)).to(dtype)));
  const exponents = [0, 0, 1, 3, Math.log2(least) + 1, Math.log2(denormal / 3) + 2, Math.log2(large) + 1, 0, 0];
  expect(exponent.toArray()).toEqual(exponents);
  expect(mantissa.toArray()).toEqual([0, -0, 0.5, -0.75, 0.5, -0.75, 0.5, Number.POSITIVE_INFINITY, Number.NaN]);
});
