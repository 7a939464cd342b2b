/** Elementwise functions are within 4 units in the last place (ulp) of the exact value over their whole range, in all variants. */
import { erf, Generator, gelu, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withVariant } from "../../../../engine/src/fast/wasm/module.ts";

/** Returns Φ(x) by the continued fraction of its tail (Abramowitz and Stegun 26.2.14), or by the series around 0. */
function normalCdf(x: number): number {
  const a = Math.abs(x);
  const density = Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI);
  if (a < 3) {
    let term = x;
    let sum = x;
    for (let k = 3; k < 200; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = 0;
  for (let k = 200; k >= 1; k--) fraction = k / (a + fraction);
  const tail = density / (a + fraction);
  return x < 0 ? tail : 1 - tail;
}

const functions: Readonly<Record<string, readonly [f: (x: Tensor) => Tensor, exact: (x: number) => number]>> = {
  exp: [(x) => x.exp(), Math.exp],
  log: [(x) => x.log(), Math.log],
  tanh: [(x) => x.tanh(), Math.tanh],
  sigmoid: [(x) => x.sigmoid(), (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))],
  erf: [(x) => erf(x), (x) => (Math.abs(x) > 6 ? Math.sign(x) : x === 0 ? x : erfOf(x))],
  gelu: [(x) => gelu(x), (x) => (x === -Infinity ? 0 : x * normalCdf(x))],
  sin: [(x) => x.sin(), Math.sin],
  cos: [(x) => x.cos(), Math.cos],
  sqrt: [(x) => x.sqrt(), Math.sqrt],
  rsqrt: [(x) => x.rsqrt(), (x) => 1 / Math.sqrt(x)],
  reciprocal: [(x) => x.reciprocal(), (x) => 1 / x],
};

/** Returns erf x by the Maclaurin series, or by the tail of the normal distribution where the series converges slowly. */
function erfOf(x: number): number {
  if (Math.abs(x) > 3) return 2 * normalCdf(x * Math.SQRT2) - 1;
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** Returns every 50,021st float32 with both signs, and all special values. */
function wholeRange(): Float32Array {
  const values: number[] = [
    0,
    -0,
    Infinity,
    -Infinity,
    NaN,
    1e-45,
    -1e-45,
    1.1754942e-38,
    1.17549435e-38,
    3.4028235e38,
  ];
  for (let pattern = 1; pattern < 0x7f800000; pattern += 50_021) {
    bits[0] = pattern;
    values.push(float[0], -float[0]);
  }
  for (let x = -110; x < 110; x += 0.0173) values.push(x);
  return Float32Array.from(values);
}

/** Returns some float64 of each exponent, denormals included, with both signs, and all special values. */
function wholeRange64(): Float64Array {
  const values: number[] = [
    0,
    -0,
    Infinity,
    -Infinity,
    NaN,
    5e-324,
    -5e-324,
    2.225073858507201e-308,
    2.2250738585072014e-308,
  ];
  values.push(Number.MAX_VALUE, -Number.MAX_VALUE, Math.SQRT1_2, Math.SQRT2, 1, -1, 709.78, 709.79, -745.13, -745.14);
  const word = new BigUint64Array(1);
  const generator = new Generator(8);
  for (let exponent = 0n; exponent < 2047n; exponent++)
    for (let k = 0; k < 20; k++) {
      word[0] = (exponent << 52n) | BigInt(Math.floor(generator.uniform() * 2 ** 52));
      const [x] = new Float64Array(word.buffer);
      values.push(x, -x);
    }
  for (let x = -760; x < 730; x += 0.0173) values.push(x);
  for (let x = 0.5; x < 2; x += 0.00037) values.push(x, x / 8, -x / 8);
  return Float64Array.from(values);
}

/** Returns the function that gives the ulp of y, for a precision of so many fraction bits and a smallest exponent. */
const ulpOf =
  (fractionBits: number, minExponent: number) =>
  (y: number): number =>
    2 ** (Math.max(Math.floor(Math.log2(Math.abs(y))), minExponent) - fractionBits);

const precisions = {
  float32: { range: wholeRange, round: Math.fround, ulp: ulpOf(23, -126) },
  float64: { range: wholeRange64, round: (y: number): number => y, ulp: ulpOf(52, -1022) },
};

/** The functions of which JavaScript has a float64 version to compare with. */
const inDoubles = Object.entries(functions).filter(([name]) =>
  ["exp", "log", "tanh", "sigmoid", "sin", "cos"].includes(name),
);

/** x, erf x, x Φ(x), and x σ(2 √(2/π) (x + 0.044715 x³)), by mpmath with 60 digits. */
const table = [
  [-38.0, -1.0, -1.096462777e-314, -0.0],
  [-29.56898, -1.0, -5.536622293466113e-191, -0.0],
  [-20.25, -1.0, -3.596804726522879e-90, -8.852675589400573e-271],
  [-11.0893, -1.0, -7.839569934250489e-28, -1.2605753605367045e-49],
  [-6.196, -1.0, -1.7942415934368062e-9, -1.339099180344927e-11],
  [-3.3, -0.9999969422902035, -0.0015952996698664658, -0.0013112281183358047],
  [-1.5, -0.9661051464753108, -0.1002108019032871, -0.10042842301976708],
  [-0.7478, -0.7097388511797901, -0.16996776191095006, -0.17003606143885197],
  [-0.1, -0.1124629160182849, -0.0460172162722971, -0.04601724895456484],
  [-1e-8, -1.1283791670955126e-8, -4.999999960105772e-9, -4.999999960105772e-9],
  [1e-300, 1.1283791670955126e-300, 5e-301, 5e-301],
  [0.3, 0.3286267594591274, 0.1853734266566858, 0.18537092354275925],
  [0.9999, 0.8426592780487595, 0.8412364157314588, 0.8410836954107535],
  [1.0, 0.8427007929497149, 0.8413447460685429, 0.8411919906082767],
  [1.0707, 0.8700244881377089, 0.9184976700832697, 0.9183207676808424],
  [2.5, 0.999593047982555, 2.4844758366855597, 2.484915733910001],
  [5.9, 0.9999999999999999, 5.899999989276704, 5.899999999792288],
  [8.5, 1.0, 8.5, 8.5],
  [20.0, 1.0, 20.0, 20.0],
  [300.0, 1.0, 300.0, 300.0],
] as const;

describe.each(["wide", "relaxed", "plain"] as const)("%s", (variant) => {
  describe.each([
    ["float32", Object.entries(functions)],
    ["float64", inDoubles],
  ] as const)("%s", (dtype, cases) => {
    const { range, round, ulp } = precisions[dtype];
    test.each(cases)("%s", (name, [f, exact]) => {
      const x = range();
      const y = withVariant(variant, () => f(tensor(x)).toTypedArray());
      let worst = { ulps: 0, x: 0, got: 0, wanted: 0 };
      for (let i = 0; i < x.length; i++) {
        const wanted = exact(x[i]);
        const got = y[i];
        const rounded = round(wanted);
        if (Object.is(got, rounded) || got === rounded || (Number.isNaN(got) && Number.isNaN(wanted))) continue;
        const ulps = Number.isFinite(rounded) && Number.isFinite(got) ? Math.abs(got - wanted) / ulp(wanted) : Infinity;
        if (ulps > worst.ulps) worst = { ulps, x: x[i], got, wanted };
      }
      expect(worst.ulps, `at ${worst.x}: ${worst.got} for ${worst.wanted}`).toBeLessThanOrEqual(
        name === "gelu" ? 5 : 4,
      );
    });
  });

  test("the error function and GELU in float64", () => {
    const x = tensor(Float64Array.from(table, ([at]) => at));
    const [f, g, h] = withVariant(variant, () =>
      [erf(x), gelu(x), gelu(x, { approximate: "tanh" })].map((y) => y.toTypedArray()),
    );
    const { ulp } = precisions.float64;
    table.forEach(([at, ...wanted], i) => {
      [f, g, h].forEach((y, k) => {
        const ulps = Math.abs(y[i] - wanted[k]) / ulp(wanted[k]);
        expect(wanted[k] === y[i] ? 0 : ulps, `${["erf", "gelu", "gelu by tanh"][k]} at ${at}`).toBeLessThanOrEqual(5);
      });
    });
  });
});
