/** Random numbers by sfc32 (Doty-Humphrey): the stream of `Generator`, many at a time. The state is four words, of which the last is a counter. */
import * as IntegerStore from "../../src/fast/abi/codes/integer-store";
import { logOf } from "./log";

/**
 * Draws n pairs of 32 random bits, of which each makes a number of 53 bits, and stores the first word of each pair at `to` and the second 4 bytes behind it. The state is in local
 * variables: V8 keeps globals in memory, which takes longer than a step.
 */
function drawWords(n: i32, state: usize, to: usize): void {
  let a = load<u32>(state), b = load<u32>(state, 4), c = load<u32>(state, 8), d = load<u32>(state, 12);
  for (const end = to + (<usize>n << 3); to < end; to += 8) {
    let t = a + b + d;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + t;
    store<u32>(to, t);
    t = a + b + d + 1;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + t;
    store<u32>(to, t, 4);
    d += 2;
  }
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}

/** Returns a number of 53 bits, uniform on [0, 1), from two words of 32 bits. */
// @ts-ignore: decorator
@inline
function uniformOf(high: u32, low: u32): f64 {
  return (<f64>(high >>> 5) * 67108864 + <f64>(low >>> 6)) / 9007199254740992;
}

/** Returns the number of the words at an address. */
// @ts-ignore: decorator
@inline
function uniformAt(from: usize): f64 {
  return uniformOf(load<u32>(from), load<u32>(from, 4));
}

/** Words are drawn for so many numbers at a time, so that they stay in the cache; the scratch memory has 8 bytes for each. */
const blockNumbers: i32 = 256;

/** Computes n uniform numbers of 24 bits in float32. */
export function uniform32(n: i32, state: usize, to: usize, scratch: usize): void {
  for (let first = 0; first < n; first += blockNumbers) {
    const count = min(blockNumbers, n - first);
    drawWords(count, state, scratch);
    for (let i = 0; i < count; i++)
      store<f32>(to + (<usize>(first + i) << 2), <f32>(load<u32>(scratch + (<usize>i << 3)) >>> 8) * <f32>5.9604644775390625e-8);
  }
}

/** Computes n uniform numbers of 53 bits in float64. */
export function uniform64(n: i32, state: usize, to: usize, scratch: usize): void {
  for (let first = 0; first < n; first += blockNumbers) {
    const count = min(blockNumbers, n - first);
    drawWords(count, state, scratch);
    for (let i = 0; i < count; i++) store<f64>(to + (<usize>(first + i) << 3), uniformAt(scratch + (<usize>i << 3)));
  }
}

/** Computes n integers low + ⌊u range⌋ for uniform u, and stores them as floats, or as integers of 32 or 64 bits. */
export function uniformIntegers(kind: i32, n: i32, state: usize, low: f64, range: f64, to: usize, scratch: usize): void {
  for (let first = 0; first < n; first += blockNumbers) {
    const count = min(blockNumbers, n - first);
    drawWords(count, state, scratch);
    for (let i = 0; i < count; i++) {
      const v = low + floor(uniformAt(scratch + (<usize>i << 3)) * range), at = <usize>(first + i);
      if (kind == IntegerStore.float32) store<f32>(to + (at << 2), <f32>v);
      else if (kind == IntegerStore.float64) store<f64>(to + (at << 3), v);
      else if (kind == IntegerStore.int32) store<i32>(to + (at << 2), <i32>v);
      else if (kind == IntegerStore.int64) store<i64>(to + (at << 3), <i64>v);
    }
  }
}

/**
 * Draws points of the unit circle without its centre, as many as half a block has numbers, by rejection: their coordinates are the first and second half of the scratch memory.
 * Each point is stored, and the next one over it where it was rejected, as a branch would be predicted badly.
 */
function drawPoints(points: i32, state: usize, scratch: usize): void {
  let a = load<u32>(state), b = load<u32>(state, 4), c = load<u32>(state, 8), d = load<u32>(state, 12);
  const end = scratch + (<usize>points << 3);
  for (let to = scratch; to < end; ) {
    const t0 = a + b + d;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + t0;
    const t1 = a + b + d + 1;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + t1;
    const t2 = a + b + d + 2;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + t2;
    const t3 = a + b + d + 3;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + t3;
    d += 4;
    const u = 2 * uniformOf(t0, t1) - 1, v = 2 * uniformOf(t2, t3) - 1, s = u * u + v * v;
    store<f64>(to, u);
    store<f64>(to, v, 4 * blockNumbers);
    to += <usize>((s < 1) & (s != 0)) << 3;
  }
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}

/** Computes n standard normal numbers by the polar method (Marsaglia and Bray, 1964), in pairs: n is even. */
// @ts-ignore: decorator
@inline
function normal<T>(n: i32, state: usize, to: usize, scratch: usize): void {
  const points = blockNumbers / 2;
  for (let left = n / 2; left > 0; left -= points) {
    const count = min(points, left);
    drawPoints(count, state, scratch);
    // two points at a time, of which the last is no point where there is an odd number of them
    if (count & 1) {
      store<f64>(scratch + (<usize>count << 3), 0.5);
      store<f64>(scratch + (<usize>count << 3), 0.5, 4 * blockNumbers);
    }
    for (let i = 0; i < count; i += 2) {
      const at = scratch + (<usize>i << 3);
      const u = v128.load(at), v = v128.load(at, 4 * blockNumbers);
      const s = f64x2.add(f64x2.mul(u, u), f64x2.mul(v, v));
      const f = f64x2.sqrt(f64x2.div(f64x2.mul(f64x2.splat(-2), logOf(s)), s));
      storeTwo<T>(to, f64x2.mul(u, f), f64x2.mul(v, f), count - i);
      to += 4 * sizeof<T>();
    }
    if (count & 1) to -= 2 * sizeof<T>();
  }
}

/** Stores x0, z0, x1 and z1, or the first two of them where there is room for one pair. */
// @ts-ignore: decorator
@inline
function storeTwo<T>(to: usize, x: v128, z: v128, room: i32): void {
  if (sizeof<T>() == 8) {
    v128.store(to, i64x2.shuffle(x, z, 0, 2));
    if (room > 1) v128.store(to, i64x2.shuffle(x, z, 1, 3), 16);
  } else {
    const four = i32x4.shuffle(f32x4.demote_f64x2_zero(x), f32x4.demote_f64x2_zero(z), 0, 4, 1, 5);
    if (room > 1) v128.store(to, four);
    else v128.store64_lane(to, four, 0);
  }
}

/** Computes n standard normal numbers in float32; n is even. */
export function normal32(n: i32, state: usize, to: usize, scratch: usize): void {
  normal<f32>(n, state, to, scratch);
}

/** Computes n standard normal numbers in float64; n is even. */
export function normal64(n: i32, state: usize, to: usize, scratch: usize): void {
  normal<f64>(n, state, to, scratch);
}
