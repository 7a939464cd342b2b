/** Arithmetic, exponentials, logarithms, powers and roots of complex numbers. Branch cuts and signed zeros are those of C99, Annex G. */
import type { ComplexFunction, ComplexOperation } from "../../dispatch/complex-loops.ts";
import type { ComplexNumber } from "../../tensor/complex.ts";

/** Returns a complex number by its parts. */
export const complexOf = (re: number, im: number): ComplexNumber => ({ re, im });

export const addComplex: ComplexOperation = (z, w) => complexOf(z.re + w.re, z.im + w.im);

export const subComplex: ComplexOperation = (z, w) => complexOf(z.re - w.re, z.im - w.im);

export const negComplex: ComplexFunction = (z) => complexOf(-z.re, -z.im);

export const mulComplex: ComplexOperation = (z, w) => complexOf(z.re * w.re - z.im * w.im, z.re * w.im + z.im * w.re);

/** Returns the product of a complex number and a real one. */
export const scaleComplex = (z: ComplexNumber, by: number): ComplexNumber => complexOf(z.re * by, z.im * by);

/** Returns i z. */
export const timesI: ComplexFunction = (z) => complexOf(-z.im, z.re);

/** Returns -i z. */
export const overI: ComplexFunction = (z) => complexOf(z.im, -z.re);

/** Returns z / w by Smith's method, in which no square overflows. Source: NumPy, which PyTorch follows. */
export const divComplex: ComplexOperation = (z, w) => {
  const [c, d] = [Math.abs(w.re), Math.abs(w.im)];
  if (c === 0 && d === 0) return complexOf(z.re / c, z.im / d);
  if (c >= d) {
    const ratio = w.im / w.re;
    const scale = 1 / (w.re + w.im * ratio);
    return complexOf((z.re + z.im * ratio) * scale, (z.im - z.re * ratio) * scale);
  }
  const ratio = w.re / w.im;
  const scale = 1 / (w.re * ratio + w.im);
  return complexOf((z.re * ratio + z.im) * scale, (z.im * ratio - z.re) * scale);
};

export const reciprocalComplex: ComplexFunction = (z) => divComplex(complexOf(1, 0), z);

export const squareComplex: ComplexFunction = (z) => mulComplex(z, z);

/** Returns the number of absolute value r and angle t. A real or infinite radius stays one where the sine is 0. */
export const polarComplex = (r: number, t: number): ComplexNumber =>
  t === 0 ? complexOf(r, t) : complexOf(r * Math.cos(t), r * Math.sin(t));

export const expComplex: ComplexFunction = (z) => {
  if (z.re === -Infinity && !Number.isFinite(z.im)) return complexOf(0, 0);
  return polarComplex(Math.exp(z.re), z.im);
};

/** Returns e^z - 1: the real part is (e^x - 1) cos y - 2 sin²(y / 2), of which no term cancels for small z. */
export const expm1Complex: ComplexFunction = (z) => {
  if (z.im === 0) return complexOf(Math.expm1(z.re), z.im);
  const s = Math.sin(z.im / 2);
  return complexOf(Math.expm1(z.re) * Math.cos(z.im) - 2 * s * s, Math.exp(z.re) * Math.sin(z.im));
};

export const exp2Complex: ComplexFunction = (z) => polarComplex(2 ** z.re, z.im * Math.LN2);

/** Returns log(1 + x) where (1 + x)² + y² is the square of the absolute value. */
const logAbsolute1p = (x: number, y: number): number => Math.log1p(x * (2 + x) + y * y) / 2;

/** Returns the logarithm of the absolute value, without cancellation near 1. */
function logAbsolute(z: ComplexNumber): number {
  const [low, high] = [Math.min(Math.abs(z.re), Math.abs(z.im)), Math.max(Math.abs(z.re), Math.abs(z.im))];
  return high > 0.5 && high < 2 && low < 2 ? logAbsolute1p(high - 1, low) : Math.log(Math.hypot(z.re, z.im));
}

export const logComplex: ComplexFunction = (z) => complexOf(logAbsolute(z), Math.atan2(z.im, z.re));

export const log2Complex: ComplexFunction = (z) => scaleComplex(logComplex(z), 1 / Math.LN2);

export const log10Complex: ComplexFunction = (z) => scaleComplex(logComplex(z), 1 / Math.LN10);

export const log1pComplex: ComplexFunction = (z) => {
  // beyond, 1 + x has no digits that count less than those of x
  const large = z.re < -0.5 || z.re > 1 || Math.abs(z.im) > 1;
  const log = large ? logAbsolute(complexOf(1 + z.re, z.im)) : logAbsolute1p(z.re, z.im);
  return complexOf(log, Math.atan2(z.im, 1 + z.re));
};

/** Returns the root with a real part of at least 0, from √((|z| + |x|) / 2), of which no term cancels. */
export const sqrtComplex: ComplexFunction = ({ re, im }) => {
  if (re === 0 && im === 0) return complexOf(0, im);
  if (!Number.isFinite(im) && !Number.isNaN(im)) return complexOf(Infinity, im);
  if (re === Infinity) return complexOf(re, Number.isNaN(im) ? im : Object.is(Math.sign(im), -0) || im < 0 ? -0 : 0);
  if (re === -Infinity) return complexOf(Number.isNaN(im) ? im : 0, im < 0 || Object.is(im, -0) ? -Infinity : Infinity);
  // scaled by a power of 4 where the square of the absolute value would overflow or lose digits
  const size = Math.max(Math.abs(re), Math.abs(im));
  const scale = size > 1e300 ? 2 ** -2 : size < 1e-290 ? 2 ** 108 : 1;
  const [x, y] = [re * scale, im * scale];
  const t = Math.sqrt((Math.hypot(x, y) + Math.abs(x)) / 2) / Math.sqrt(scale);
  const other = im / scale === 0 ? im : y / (2 * t * scale);
  if (re >= 0) return complexOf(t, other);
  return complexOf(Math.abs(other), im < 0 || Object.is(im, -0) ? -t : t);
};

export const rsqrtComplex: ComplexFunction = (z) => reciprocalComplex(sqrtComplex(z));

/** Returns z^w: by products for small whole exponents, otherwise e^(w log z). */
export const powComplex: ComplexOperation = (z, w) => {
  if (w.im === 0) {
    if (w.re === 0) return complexOf(1, 0);
    if (w.re === 1) return z;
    if (w.re === 2) return mulComplex(z, z);
    if (w.re === 3) return mulComplex(mulComplex(z, z), z);
    if (w.re === 0.5) return sqrtComplex(z);
    if (w.re === -0.5) return rsqrtComplex(z);
    if (w.re === -1) return reciprocalComplex(z);
    if (w.re === -2) return reciprocalComplex(mulComplex(z, z));
  }
  if (z.re === 0 && z.im === 0 && w.re > 0) return complexOf(0, 0);
  return expComplex(mulComplex(w, logComplex(z)));
};

/** Returns z / |z|, and 0 for 0. */
export const sgnComplex: ComplexFunction = (z) => {
  const size = Math.hypot(z.re, z.im);
  return size === 0 ? complexOf(0, 0) : complexOf(z.re / size, z.im / size);
};

/** Returns 1 / (1 + e^-z), with e^z where e^-z would overflow. */
export const sigmoidComplex: ComplexFunction = (z) => {
  const e = expComplex(z.re < 0 ? z : negComplex(z));
  return divComplex(z.re < 0 ? e : complexOf(1, 0), complexOf(1 + e.re, e.im));
};
