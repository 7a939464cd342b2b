/** Random numbers by sfc32 (Doty-Humphrey), the same stream as one at a time: the state is four words, of which the last counts. */

let a: u32, b: u32, c: u32, d: u32;

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

/** Uniform on [0, 1), 53 bits. */
// @ts-ignore: decorator
@inline
function uniform(): f64 {
  const high = next() >>> 5, low = next() >>> 6;
  return (<f64>high * 67108864 + <f64>low) / 9007199254740992;
}

// @ts-ignore: decorator
@inline
function begin(state: usize): void {
  a = load<u32>(state);
  b = load<u32>(state, 4);
  c = load<u32>(state, 8);
  d = load<u32>(state, 12);
}

// @ts-ignore: decorator
@inline
function end(state: usize): void {
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}

/** n numbers of 24 bits in float32, or of 53 in float64. */
export function uniform32(n: i32, state: usize, to: usize): void {
  begin(state);
  for (let i = 0; i < n; i++) store<f32>(to + (<usize>i << 2), <f32>(floor(uniform() * 16777216) / 16777216));
  end(state);
}
export function uniform64(n: i32, state: usize, to: usize): void {
  begin(state);
  for (let i = 0; i < n; i++) store<f64>(to + (<usize>i << 3), uniform());
  end(state);
}

@external("env", "log")
declare function hostLog(x: f64): f64;

/** n standard normal numbers by the polar method (Marsaglia and Bray, 1964), in pairs; n is even. */
export function normal32(n: i32, state: usize, to: usize): void {
  begin(state);
  for (let i = 0; i < n; i += 2) {
    const f = pair();
    store<f32>(to + (<usize>i << 2), <f32>(first * f));
    store<f32>(to + (<usize>i << 2), <f32>(second * f), 4);
  }
  end(state);
}
export function normal64(n: i32, state: usize, to: usize): void {
  begin(state);
  for (let i = 0; i < n; i += 2) {
    const f = pair();
    store<f64>(to + (<usize>i << 3), first * f);
    store<f64>(to + (<usize>i << 3), second * f, 8);
  }
  end(state);
}

let first: f64, second: f64;

/** A point in the unit circle, but for its centre; what it is multiplied by. */
// @ts-ignore: decorator
@inline
function pair(): f64 {
  while (true) {
    first = 2 * uniform() - 1;
    second = 2 * uniform() - 1;
    const s = first * first + second * second;
    if (s < 1 && s != 0) return sqrt((-2 * hostLog(s)) / s);
  }
}
