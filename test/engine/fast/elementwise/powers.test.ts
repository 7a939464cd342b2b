/** Powers of both dtypes are within 1 unit in the last place (ulp) of V8's, have C's special cases, and are exact where the result is a number of few bits, in all variants. */
import { Generator, pow, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { type Variant, withEagerKernels, withVariant } from "../../../../engine/src/fast/wasm/module.ts";

type Precision = "float32" | "float64";
type Pair = readonly [x: number, z: number];

const generator = new Generator(5);
const uniform = (low: number, high: number): number => low + (high - low) * generator.uniform();
const integer = (low: number, high: number): number => Math.floor(uniform(low, high));
/** The logarithms of the least normal number and of the largest one, and the bits of a significand. */
const limits = { float32: [-87, 88.7, 24], float64: [-708, 709.7, 53] } as const;

const column = (values: readonly number[], dtype: Precision): Tensor => tensor(values, { dtype });

/** Arguments in all places where a formula may lose digits. */
function pairs(dtype: Precision): Pair[] {
  const [low, high, bits] = limits[dtype];
  const families: readonly (() => Pair)[] = [
    () => [uniform(0.1, 10), uniform(-9, 9)],
    () => [Math.exp(uniform(low, high)), uniform(-1.1, 1.1)],
    () => [uniform(0.5, 2), uniform(1.4 * low, 1.4 * high)],
    () => [1 + uniform(-1, 1) * 10 ** uniform(-bits / 4, -1), 10 ** uniform(0, bits / 4)],
    () => [-uniform(0, 3), integer(-50, 50)],
    // where the significand changes from one exponent's interval to the next one's
    () => [Math.SQRT1_2 * (1 + integer(-4, 4) * 2 ** (1 - bits)), uniform(2 * low, 2 * high)],
    // denormal bases, and results that are denormal or nearly overflow
    () => [uniform(0, 1) * Math.exp(low), uniform(-1, 1)],
    () => {
      const x = uniform(1.1, 20);
      return [x, uniform(1.05 * low, low) / Math.log(x)];
    },
    () => {
      const x = uniform(1.1, 20);
      return [x, uniform(0.99 * high, high) / Math.log(x)];
    },
  ];
  return families.flatMap((family) => Array.from({ length: 2001 }, family));
}

const ordinary = [
  0,
  1,
  2,
  0.5,
  3,
  Infinity,
  1e-45,
  5e-324,
  1.17549435e-38,
  2.2250738585072014e-308,
  1e30,
  1e300,
  1.5,
  1024,
];
/** The largest numbers with a fraction of ½, and odd and even integers beyond them. */
const large = [4194303.5, 8388607, 8388608, 8388609, 16777215, 16777218, 4503599627370495.5, 4503599627370497];
const nearOne = [1 + 2 ** -23, 1 - 2 ** -24, 1 + 2 ** -52, 1 - 2 ** -53];
const special = [ordinary, large, nearOne, [9007199254740991, 9007199254740994]].flat().flatMap((v) => [v, -v]);
const specialPairs = [...special, Number.NaN].flatMap((x) => [...special, Number.NaN].map((z): Pair => [x, z]));

/** Returns the distance in ulps of a result from the exact power, of which the argument is rounded to float64. */
function ulps(got: number, exact: number, dtype: Precision): number {
  if (Object.is(got, exact) || (Number.isNaN(got) && Number.isNaN(exact))) return 0;
  const [fraction, least] = dtype === "float64" ? [52, -1074] : [23, -149];
  const ulp = 2 ** Math.max(Math.floor(Math.log2(Math.abs(exact))) - fraction, least);
  // beyond the largest float32
  if (dtype === "float32" && Math.abs(got) === Infinity && Math.abs(exact) > 3.4028235e38) return 0;
  return Math.abs(got - exact) / ulp;
}

const isSigned = (x: number): boolean => x < 0 || Object.is(x, -0);

/** Returns x^z as C's `pow`. */
const power = (x: number, z: number): number => (x === 1 || (x === -1 && Math.abs(z) === Infinity) ? 1 : x ** z);

describe.each(["wide", "relaxed", "plain"] as const satisfies readonly Variant[])("%s", (variant) => {
  const run = (f: () => Tensor): number[] =>
    Array.from(withVariant(variant, () => withEagerKernels(f)).toTypedArray(), Number);

  describe.each(["float32", "float64"] as const)("%s", (dtype) => {
    const rounded = (list: readonly Pair[]): Pair[] =>
      dtype === "float64" ? [...list] : list.map(([x, z]) => [Math.fround(x), Math.fround(z)]);

    test("is within 1 ulp", () => {
      const list = rounded(pairs(dtype));
      const [x, z] = [0, 1].map((i) =>
        column(
          list.map((p) => p[i]),
          dtype,
        ),
      );
      run(() => pow(x, z)).forEach((got, i) => {
        const exact = power(...list[i]);
        // V8's own power is within 0.51 ulp, and neighbouring float64 differ by 1 ulp
        if (!(ulps(got, exact, dtype) <= 1)) expect.fail(`${list[i].join(" ** ")} is ${got}, and should be ${exact}`);
      });
    });

    test("has C's special cases", () => {
      const list = rounded(specialPairs);
      const [x, z] = [0, 1].map((i) =>
        column(
          list.map((p) => p[i]),
          dtype,
        ),
      );
      run(() => pow(x, z)).forEach((got, i) => {
        const exact = dtype === "float64" ? power(...list[i]) : Math.fround(power(...list[i]));
        const fits = ulps(got, exact, dtype) <= 1 && isSigned(got) === isSigned(exact);
        if (!fits) expect.fail(`${list[i].join(" ** ")} is ${got}, and should be ${exact}`);
      });
    });

    test("is exact for powers of integers that have no more bits than a significand", () => {
      const list: Pair[] = [];
      for (let x = 2; x <= 60; x++) for (let z = 0; x ** z < 2 ** limits[dtype][2]; z++) list.push([x, z], [-x, z]);
      const [x, z] = [0, 1].map((i) =>
        column(
          list.map((p) => p[i]),
          dtype,
        ),
      );
      expect(run(() => pow(x, z))).toEqual(list.map(([v, k]) => Number(BigInt(v) ** BigInt(k))));
    });

    test("takes one element as either operand, and rows that are broadcast", () => {
      const list = column(
        Array.from({ length: 203 }, (_, i) => (i - 60) / 16),
        dtype,
      );
      for (const z of [1.7, -2.5, 4, -3, 0, Infinity]) {
        const each = run(() =>
          pow(
            list,
            tensor(
              Array.from({ length: 203 }, () => z),
              { dtype },
            ),
          ),
        );
        expect(run(() => pow(list, z))).toEqual(each);
        expect(run(() => pow(list, tensor(z, { dtype })))).toEqual(each);
      }
      for (const x of [1.7, -2, 0]) {
        const each = run(() =>
          pow(
            tensor(
              Array.from({ length: 203 }, () => x),
              { dtype },
            ),
            list,
          ),
        );
        expect(run(() => pow(x, list))).toEqual(each);
      }
      const rows = list.narrow(0, 0, 201).reshape([3, 67]);
      const exponents = column(
        Array.from({ length: 67 }, (_, i) => i % 7),
        dtype,
      );
      const whole = run(() => pow(rows, exponents.expand([3, 67]).contiguous()));
      expect(run(() => pow(rows, exponents))).toEqual(whole);
    });
  });
});

test("agrees with the reference kernel where a tensor has few elements", () => {
  const [x, z] = [tensor([0.3, -2, 7], { dtype: "float64" }), tensor([2.5, 3, -1.25], { dtype: "float64" })];
  const exact = withReferenceKernels(() => pow(x, z)).toTypedArray();
  withEagerKernels(() => pow(x, z))
    .toTypedArray()
    .forEach((v, i) => expect(ulps(v, exact[i], "float64")).toBeLessThanOrEqual(1));
});
