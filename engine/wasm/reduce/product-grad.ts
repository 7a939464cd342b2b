/**
 * The gradient of products of [outer, n, inner] over n: the upstream gradient g times the product of the other elements. That is the product of all elements divided by each one,
 * in float64, which keeps its digits unless the product passes through zeros, denormal numbers, infinities or NaN. For such products the elements before and behind each
 * one are multiplied.
 */
import { blockColumns } from "../../src/fast/abi/product-grad";

/** The least magnitude of products that are divided. */
const least: f64 = 1e-290;
/** Loads two elements as float64. */
// @ts-ignore: decorator
@inline
function loadTwo<T>(from: usize): v128 {
  return sizeof<T>() == 8 ? v128.load(from) : f64x2.promote_low_f32x4(v128.load64_zero(from));
}

/** Stores two numbers of float64 as elements. */
// @ts-ignore: decorator
@inline
function storeTwo<T>(to: usize, v: v128): void {
  if (sizeof<T>() == 8) v128.store(to, v);
  else v128.store64_lane(to, f32x4.demote_f64x2_zero(v), 0);
}

/** Whether a product may be divided: it is a number, and neither it nor a product on the way was smaller than `least`. */
// @ts-ignore: decorator
@inline
function isDivisible(product: f64, smallest: f64): bool {
  return smallest >= least && abs(product) < Infinity;
}

/** Computes the gradient of one line, whose elements are `step` bytes apart, from the products before and behind each element, which are rounded to its dtype. */
function byScans<T>(n: i32, step: usize, x: usize, g: T, c: usize): void {
  let y: f64 = 1;
  for (let k = 0; k < n; k++) {
    store<T>(c + <usize>k * step, <T>y);
    y *= <f64>load<T>(x + <usize>k * step);
  }
  y = 1;
  for (let k = n - 1; k >= 0; k--) {
    const at = c + <usize>k * step;
    store<T>(at, g * (load<T>(at) * <T>y));
    y *= <f64>load<T>(x + <usize>k * step);
  }
}

/** Computes the gradient of one line of neighbouring elements. */
// @ts-ignore: decorator
@inline
function line<T>(n: i32, x: usize, g: T, c: usize): void {
  let p = f64x2.splat(1), q = p, pLeast = p, qLeast = p, i = 0;
  for (; i + 4 <= n; i += 4) {
    const at = x + <usize>i * sizeof<T>();
    p = f64x2.mul(p, loadTwo<T>(at));
    q = f64x2.mul(q, loadTwo<T>(at + 2 * sizeof<T>()));
    pLeast = f64x2.pmin(pLeast, f64x2.abs(p));
    qLeast = f64x2.pmin(qLeast, f64x2.abs(q));
  }
  const both = f64x2.pmin(pLeast, qLeast);
  let smallest = min<f64>(f64x2.extract_lane(both, 0), f64x2.extract_lane(both, 1));
  let product = f64x2.extract_lane(p, 0) * f64x2.extract_lane(p, 1);
  smallest = min<f64>(smallest, abs(product));
  product *= f64x2.extract_lane(q, 0);
  smallest = min<f64>(smallest, abs(product));
  product *= f64x2.extract_lane(q, 1);
  smallest = min<f64>(smallest, abs(product));
  for (; i < n; i++) {
    product *= <f64>load<T>(x + <usize>i * sizeof<T>());
    smallest = min<f64>(smallest, abs(product));
  }
  if (!isDivisible(product, smallest)) {
    byScans<T>(n, sizeof<T>(), x, g, c);
    return;
  }
  const all = f64x2.splat(product), upstream = f64x2.splat(<f64>g);
  for (i = 0; i + 2 <= n; i += 2) {
    const at = <usize>i * sizeof<T>();
    storeTwo<T>(c + at, f64x2.mul(f64x2.div(all, loadTwo<T>(x + at)), upstream));
  }
  if (i < n) {
    const at = <usize>i * sizeof<T>();
    store<T>(c + at, <T>(product / <f64>load<T>(x + at) * <f64>g));
  }
}

/** Computes the gradient of `count` neighbouring columns, an even number, whose elements are `step` bytes apart, row by row. Products and their least magnitudes on the way are in scratch. */
// @ts-ignore: decorator
@inline
function columns<T>(n: i32, count: i32, step: usize, x: usize, g: usize, c: usize, scratch: usize): void {
  const products = scratch, smallest = scratch + (<usize>blockColumns << 3);
  for (let i = 0; i < count; i += 2) {
    v128.store(products + (<usize>i << 3), f64x2.splat(1));
    v128.store(smallest + (<usize>i << 3), f64x2.splat(1));
  }
  for (let k = 0; k < n; k++) {
    const row = x + <usize>k * step;
    for (let i = 0; i < count; i += 2) {
      const at = <usize>i << 3;
      const p = f64x2.mul(v128.load(products + at), loadTwo<T>(row + <usize>i * sizeof<T>()));
      v128.store(products + at, p);
      v128.store(smallest + at, f64x2.pmin(v128.load(smallest + at), f64x2.abs(p)));
    }
  }
  for (let k = 0; k < n; k++) {
    const row = <usize>k * step;
    for (let i = 0; i < count; i += 2) {
      const at = <usize>i * sizeof<T>();
      const q = f64x2.div(v128.load(products + (<usize>i << 3)), loadTwo<T>(x + row + at));
      storeTwo<T>(c + row + at, f64x2.mul(q, loadTwo<T>(g + at)));
    }
  }
  for (let i = 0; i < count; i++) {
    const at = <usize>i * sizeof<T>(), place = <usize>i << 3;
    if (!isDivisible(load<f64>(products + place), load<f64>(smallest + place))) byScans<T>(n, step, x + at, load<T>(g + at), c + at);
  }
}

// @ts-ignore: decorator
@inline
function productGrad<T>(outer: i32, n: i32, inner: i32, x: usize, g: usize, c: usize, scratch: usize): void {
  const step = <usize>inner * sizeof<T>(), even = inner & ~1;
  for (let o = 0; o < outer; o++) {
    if (inner == 1) line<T>(n, x, load<T>(g), c);
    else {
      for (let i = 0; i < even; i += blockColumns) {
        const at = <usize>i * sizeof<T>();
        columns<T>(n, min(blockColumns, even - i), step, x + at, g + at, c + at, scratch);
      }
      const last = <usize>even * sizeof<T>();
      if (even < inner) byScans<T>(n, step, x + last, load<T>(g + last), c + last);
    }
    x += <usize>n * step;
    g += step;
    c += <usize>n * step;
  }
}

/* dx [outer, n, inner] from x of that shape and g [outer, inner]; scratch has 16 bytes for each column of a block. */

export function productGrad32(outer: i32, n: i32, inner: i32, x: usize, g: usize, dx: usize, scratch: usize): void {
  productGrad<f32>(outer, n, inner, x, g, dx, scratch);
}

export function productGrad64(outer: i32, n: i32, inner: i32, x: usize, g: usize, dx: usize, scratch: usize): void {
  productGrad<f64>(outer, n, inner, x, g, dx, scratch);
}
