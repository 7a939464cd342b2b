/** Random numbers by sfc32 (Doty-Humphrey): the stream of `Generator`, many at a time. The state is four words, of which the last is a counter. */

let a: u32, b: u32, c: u32, d: u32;

/** Returns the next 32 random bits. */
// @ts-ignore: decorator
@inline
function next(): u32 {
  const t = a + b + d;
  d += 1;
  a = b ^ (b >>> 9);
  b = c + (c << 3);
  c = rotl<u32>(c, 21) + t;
  return t;
}

/** Returns a number of 53 bits, uniform on [0, 1). */
// @ts-ignore: decorator
@inline
function uniform(): f64 {
  const high = next() >>> 5, low = next() >>> 6;
  return (<f64>high * 67108864 + <f64>low) / 9007199254740992;
}

/** Loads the state. */
// @ts-ignore: decorator
@inline
function loadState(state: usize): void {
  a = load<u32>(state);
  b = load<u32>(state, 4);
  c = load<u32>(state, 8);
  d = load<u32>(state, 12);
}

/** Stores the state. */
// @ts-ignore: decorator
@inline
function storeState(state: usize): void {
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}

/** Computes n uniform numbers of 24 bits in float32. */
export function uniform32(n: i32, state: usize, to: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f32>(to + (<usize>i << 2), <f32>(floor(uniform() * 16777216) / 16777216));
  storeState(state);
}

/** Computes n uniform numbers of 53 bits in float64. */
export function uniform64(n: i32, state: usize, to: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f64>(to + (<usize>i << 3), uniform());
  storeState(state);
}

@external("env", "log")
declare function hostLog(x: f64): f64;

/** Computes n standard normal numbers in float32 by the polar method (Marsaglia and Bray, 1964), in pairs: n is even. */
export function normal32(n: i32, state: usize, to: usize): void {
  loadState(state);
  for (let i = 0; i < n; i += 2) {
    const f = drawPair();
    store<f32>(to + (<usize>i << 2), <f32>(first * f));
    store<f32>(to + (<usize>i << 2), <f32>(second * f), 4);
  }
  storeState(state);
}

/** Computes n standard normal numbers in float64 by the polar method (Marsaglia and Bray, 1964), in pairs: n is even. */
export function normal64(n: i32, state: usize, to: usize): void {
  loadState(state);
  for (let i = 0; i < n; i += 2) {
    const f = drawPair();
    store<f64>(to + (<usize>i << 3), first * f);
    store<f64>(to + (<usize>i << 3), second * f, 8);
  }
  storeState(state);
}

/** The coordinates of a random point in the unit circle. */
let first: f64, second: f64;

/** Draws a point in the unit circle without its centre, and returns the factor that makes its coordinates normal numbers. */
// @ts-ignore: decorator
@inline
function drawPair(): f64 {
  while (true) {
    first = 2 * uniform() - 1;
    second = 2 * uniform() - 1;
    const s = first * first + second * second;
    if (s < 1 && s != 0) return sqrt((-2 * hostLog(s)) / s);
  }
}
