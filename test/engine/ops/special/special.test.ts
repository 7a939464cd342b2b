/** Special functions: values of mpmath with 40 digits (`values.json`), and the ends of their domains. */
import { readFileSync } from "node:fs";
import { special, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

type Row = readonly [args: readonly number[], value: number];

const file = new URL("values.json", import.meta.url);
const values = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, readonly Row[]>>;
const functions = special as unknown as Readonly<Record<string, (...args: unknown[]) => Tensor>>;
const double = (x: number): Tensor => tensor([x], { dtype: "float64" });

/** Functions that oscillate have errors relative to their amplitude. */
const oscillates = /^(bessel|chebyshev|shifted|legendre|laguerre|hermite|spherical|airy)/i;

describe.each(Object.entries(values))("%s", (name, rows) => {
  test.each(rows)("at %j", (args, value) => {
    const [first, ...rest] = args;
    const others = name === "multigammaln" ? rest : rest.map(double);
    const got = functions[name](double(first), ...others).item();
    const scale = oscillates.test(name) ? Math.max(Math.abs(value), 1e-2) : Math.abs(value);
    expect(Math.abs(got - value) / scale).toBeLessThan(1e-13);
  });
});

const at = (name: string, ...points: number[]): unknown =>
  functions[name](tensor(points, { dtype: "float64" })).toArray();

test("the ends of the domains", () => {
  expect(at("besselY0", 0, -1)).toEqual([-Infinity, NaN]);
  expect(at("modifiedBesselK1", 0, -1, Infinity)).toEqual([Infinity, NaN, 0]);
  expect(at("airyAi", 200, Infinity)).toEqual([0, NaN]);
  expect(at("sphericalBesselJ0", 0, Infinity, NaN)).toEqual([1, 0, NaN]);
  const a = tensor([0, 0, 1, 1, 2, -1, Infinity]);
  const x = tensor([0, 2, 0, Infinity, NaN, 1, 1]);
  expect(special.gammainc(a, x).toArray()).toEqual([NaN, 1, 0, 1, NaN, NaN, 0]);
  expect(special.gammaincc(a, x).toArray()).toEqual([NaN, 0, 1, 0, NaN, NaN, 1]);
  expect(special.zeta(tensor([1, 0.5, 2, 2.5]), tensor([2, 2, -3, -0.5])).toArray()).toEqual([
    Infinity,
    NaN,
    Infinity,
    NaN,
  ]);
});

test("a degree that is negative, or no integer", () => {
  expect(special.hermitePolynomialH(tensor([1.5, 2.5, 2.5]), tensor([2, 2.7, -1])).toArray()).toEqual([7, 23, 0]);
});

test("the gradient of i1 where the exponential overflows", () => {
  const x = double(712);
  x.requiresGrad = true;
  special.i1(x).sum().backward();
  expect((x.grad as Tensor).item() / special.i1(double(712)).item()).toBeCloseTo(1 - 1 / 1424, 5);
});

test("the incomplete gamma functions have no gradient in the order", () => {
  const a = tensor([1.5], { requiresGrad: true });
  expect(() => special.gammainc(a, tensor([2])).backward()).toThrow(/^igamma: the derivative with respect to input/);
});

test("polynomials of a degree that would take seconds for each element are refused", () => {
  expect(
    special
      .legendrePolynomialP(tensor([0.5]), 1e5)
      .isfinite()
      .all()
      .toArray(),
  ).toBe(true);
  for (const degree of [2 ** 31, Infinity])
    expect(() => special.laguerrePolynomialL(tensor([0.5]), degree)).toThrow(
      `laguerrePolynomialL: the degree must be at most 1000000, but got ${degree}`,
    );
});
