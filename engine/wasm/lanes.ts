/** Multiply-add by lanes: fused where relaxed SIMD is there. */

// @ts-ignore: decorator
@inline
export function madd<T = f32>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** c - a b */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** A constant from a table: V8 loads one faster than it makes one anew in each turn of a loop. */
// @ts-ignore: decorator
@inline
export function constant(table: usize, i: usize): v128 {
  return v128.load32_splat(table + (i << 2));
}

/** The sum of the lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes<T = f32>(v: v128): T {
  if (sizeof<T>() == 8) return (f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)) as T;
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))) as T;
}

/** Stores the first `bytes` bytes, fewer than 16 and whole elements of 4: what lies behind them is not touched. */
export function storePart(to: usize, v: v128, bytes: usize): void {
  if (bytes >= 8) {
    v128.store64_lane(to, v, 0);
    if (bytes > 8) v128.store32_lane(to, v, 2, 8);
  } else v128.store32_lane(to, v, 0);
}

/** Stores a vector, or what is left of it: the first `bytes` bytes. */
// @ts-ignore: decorator
@inline
export function storeLeft(to: usize, v: v128, bytes: usize): void {
  if (bytes >= 16) v128.store(to, v);
  else storePart(to, v, bytes);
}

/** Two vectors side by side. */
// @ts-ignore: decorator
@inline
export function storePair(to: usize, first: v128, second: v128): void {
  v128.store(to, first);
  v128.store(to, second, 16);
}

/** x + z by way of memory: from stores side by side the compiler finds the pairs of what was added up so far. */
// @ts-ignore: decorator
@inline
export function addPair<T = f32>(x: v128, z: v128): v128 {
  storePair(own, x, z);
  return v128.add<T>(v128.load(own), v128.load(own, 16));
}

/** Whether no lane's magnitude is above a bound; NaN is not. */
// @ts-ignore: decorator
@inline
export function within(x: v128, z: v128, bound: f32): bool {
  const b = f32x4.splat(bound);
  return !v128.any_true(v128.or(f32x4.gt(f32x4.abs(x), b), f32x4.gt(f32x4.abs(z), b)));
}

/** Memory of this thread alone: first 512 bytes for what has no name, then what the products pack. */
export let own: usize = 0;
export function useOwn(at: usize): void {
  own = at;
}
