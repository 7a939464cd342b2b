/**
 * Trigonometric and hyperbolic functions of complex numbers, and their inverses. Source of the inverses: Kahan, "Branch cuts for complex elementary functions, or much
 * ado about nothing's sign bit" (1987).
 */
import type { ComplexFunction } from "../../dispatch/complex-loops.ts";
import type { ComplexNumber } from "../../tensor/complex.ts";
import { complexOf, divComplex, overI, scaleComplex, sqrtComplex, timesI } from "./complex-numbers.ts";

export const sinhComplex: ComplexFunction = ({ re, im }) =>
  im === 0 ? complexOf(Math.sinh(re), im) : complexOf(Math.sinh(re) * Math.cos(im), Math.cosh(re) * Math.sin(im));

export const coshComplex: ComplexFunction = ({ re, im }) =>
  im === 0
    ? complexOf(Math.cosh(re), im * Math.sign(re))
    : complexOf(Math.cosh(re) * Math.cos(im), Math.sinh(re) * Math.sin(im));

/** Returns (sinh x cosh x + i sin y cos y) / (sinh² x + cos² y), which is ±1 where the squares would overflow. */
export const tanhComplex: ComplexFunction = ({ re, im }) => {
  if (im === 0) return complexOf(Math.tanh(re), im);
  if (Math.abs(re) > 20) return complexOf(Math.sign(re), 4 * Math.sin(im) * Math.cos(im) * Math.exp(-2 * Math.abs(re)));
  const [s, c] = [Math.sinh(re), Math.cos(im)];
  const size = s * s + c * c;
  return complexOf((s * Math.cosh(re)) / size, (Math.sin(im) * c) / size);
};

export const sinComplex: ComplexFunction = (z) => overI(sinhComplex(timesI(z)));

export const cosComplex: ComplexFunction = (z) => coshComplex(timesI(z));

/** Returns sin(πz) / (πz), and 1 at 0. */
export const sincComplex: ComplexFunction = (z) => {
  if (z.re === 0 && z.im === 0) return complexOf(1, 0);
  const scaled = scaleComplex(z, Math.PI);
  return divComplex(sinComplex(scaled), scaled);
};

export const tanComplex: ComplexFunction = (z) => overI(tanhComplex(timesI(z)));

/** Returns √(1 - z) and √(1 + z). */
const roots = ({ re, im }: ComplexNumber): readonly [minus: ComplexNumber, plus: ComplexNumber] => [
  sqrtComplex(complexOf(1 - re, -im)),
  sqrtComplex(complexOf(1 + re, im)),
];

/** Returns the imaginary part of the product of the conjugate of `a` and `b`. */
const crossed = (a: ComplexNumber, b: ComplexNumber): number => a.re * b.im - a.im * b.re;

export const asinComplex: ComplexFunction = (z) => {
  const [minus, plus] = roots(z);
  return complexOf(Math.atan2(z.re, minus.re * plus.re - minus.im * plus.im), Math.asinh(crossed(minus, plus)));
};

export const acosComplex: ComplexFunction = (z) => {
  const [minus, plus] = roots(z);
  return complexOf(2 * Math.atan2(minus.re, plus.re), Math.asinh(crossed(plus, minus)));
};

export const asinhComplex: ComplexFunction = (z) => overI(asinComplex(timesI(z)));

export const acoshComplex: ComplexFunction = (z) => {
  const minus = sqrtComplex(complexOf(z.re - 1, z.im));
  const plus = sqrtComplex(complexOf(z.re + 1, z.im));
  return complexOf(Math.asinh(minus.re * plus.re + minus.im * plus.im), 2 * Math.atan2(minus.im, plus.re));
};

const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0);

/** Returns ½ log((1 + z) / (1 - z)): the real part is ¼ log(1 + 4x / ((1 - x)² + y²)). */
export const atanhComplex: ComplexFunction = ({ re, im }) => {
  const distance = (1 - Math.abs(re)) ** 2 + im * im;
  const log = Math.log1p((4 * Math.abs(re)) / distance) / 4;
  const angle = Math.atan2(2 * im, (1 - re) * (1 + re) - im * im) / 2;
  const size = Math.hypot(re, im);
  // beyond, only the angle ±π/2 and the real part of 1 / z are left
  if (size > 1e150) {
    const half = isNegative(im) ? -Math.PI / 2 : Math.PI / 2;
    return complexOf(size < Infinity ? re / size / size : isNegative(re) ? -0 : 0, half);
  }
  return complexOf(isNegative(re) ? -log : log, angle);
};

export const atanComplex: ComplexFunction = (z) => overI(atanhComplex(timesI(z)));
