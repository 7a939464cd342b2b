/** Vectors of 128 bits: multiply-add, sums of lanes, and stores. A type parameter is the type of a lane, f32 or f64. */

/** Returns a b + c: with relaxed SIMD rounded once where the processor can, else twice. */
// @ts-ignore: decorator
@inline
export function madd<T = f32>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** Whether (1 + 2⁻¹²)² - (1 + 2⁻¹¹) is 2⁻²⁴ by a multiply-add that rounds once, not 0. */
function roundsOnce(): bool {
  const x = f32x4.splat(1.000244140625);
  return f32x4.extract_lane(madd(x, x, f32x4.splat(-1.00048828125)), 0) != 0;
}
const fused: bool = roundsOnce();

/** Whether a multiply-add rounds once, which relaxed SIMD leaves to the processor. */
// @ts-ignore: decorator
@inline
export function isMaddFused(): bool {
  return fused;
}

/** Returns c - a b in float32. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** Returns the i-th float32 of a table in all lanes. Loading a constant is faster than V8's code that builds it in every iteration of a loop. */
// @ts-ignore: decorator
@inline
export function constant(table: usize, i: usize): v128 {
  return v128.load32_splat(table + (i << 2));
}

/** Returns the element at an address in all lanes. */
// @ts-ignore: decorator
@inline
export function loadSplat<T>(from: usize): v128 {
  if (sizeof<T>() == 8) return v128.load64_splat(from);
  return v128.load32_splat(from);
}

/** Returns the sum of the lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes<T = f32>(v: v128): T {
  if (sizeof<T>() == 8) return (f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)) as T;
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))) as T;
}

/** Stores the first `bytes` bytes of a vector, which are 4, 8 or 12, and leaves the bytes behind them alone. */
export function storePartial(to: usize, v: v128, bytes: usize): void {
  if (bytes >= 8) {
    v128.store64_lane(to, v, 0);
    if (bytes > 8) v128.store32_lane(to, v, 2, 8);
  } else v128.store32_lane(to, v, 0);
}

/** Stores a vector where there is room for `bytes` bytes: all of it, or its first bytes. */
// @ts-ignore: decorator
@inline
export function storeWithin(to: usize, v: v128, bytes: usize): void {
  if (bytes >= 16) v128.store(to, v);
  else storePartial(to, v, bytes);
}

/** Stores two vectors side by side. V8 starts from such stores when it joins pairs of 128-bit operations into 256-bit ones. */
// @ts-ignore: decorator
@inline
export function storePair(to: usize, first: v128, second: v128): void {
  v128.store(to, first);
  v128.store(to, second, 16);
}

/** Returns x + z, by way of memory: without stores V8 would not join the sums that two vectors accumulated. */
// @ts-ignore: decorator
@inline
export function addPair<T = f32>(x: v128, z: v128): v128 {
  storePair(threadBuffer, x, z);
  return v128.add<T>(v128.load(threadBuffer), v128.load(threadBuffer, 16));
}

/** Whether no lane of two vectors of float32 is larger in magnitude than a bound; true for NaN. */
// @ts-ignore: decorator
@inline
export function allWithin(x: v128, z: v128, bound: f32): bool {
  const b = f32x4.splat(bound);
  return !v128.any_true(v128.or(f32x4.gt(f32x4.abs(x), b), f32x4.gt(f32x4.abs(z), b)));
}

/** The address of a buffer that this thread alone uses: 512 bytes for any temporary, then the packed operands of a product. */
export let threadBuffer: usize = 0;

/** Sets the address of this thread's buffer. */
export function setThreadBuffer(address: usize): void {
  threadBuffer = address;
}
