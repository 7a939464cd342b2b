/** Elementwise kernels in float32. All blocks may be read and written up to the next multiple of 4 elements. */

// @ts-ignore: decorator
@inline
function combine(op: i32, x: v128, z: v128): v128 {
  if (op == 0) return f32x4.add(x, z);
  if (op == 1) return f32x4.sub(x, z);
  if (op == 2) return f32x4.mul(x, z);
  return f32x4.div(x, z);
}

// @ts-ignore: decorator
@inline
function pairs(op: i32, rows: i32, n: i32, a: usize, b: usize, c: usize): void {
  const step = <usize>n << 2;
  for (let row = 0; row < rows; row++) {
    for (let i: usize = 0; i < step; i += 16) v128.store(c + i, combine(op, v128.load(a + i), v128.load(b + i)));
    a += step;
    c += step;
  }
}

/** c = a op b, for rows of n elements of a with one row b; op is 0 for +, 1 for -, 2 for *, 3 for /. */
export function binary(op: i32, rows: i32, n: i32, a: usize, b: usize, c: usize): void {
  if (op == 0) pairs(0, rows, n, a, b, c);
  else if (op == 1) pairs(1, rows, n, a, b, c);
  else if (op == 2) pairs(2, rows, n, a, b, c);
  else pairs(3, rows, n, a, b, c);
}

// @ts-ignore: decorator
@inline
function withScalar(op: i32, swapped: bool, n: i32, a: usize, b: v128, c: usize): void {
  const end = a + (<usize>n << 2);
  for (; a < end; a += 16, c += 16) {
    const x = v128.load(a);
    v128.store(c, swapped ? combine(op, b, x) : combine(op, x, b));
  }
}

/** c = a op b for one number b; c = b op a where `swapped`. */
export function scalar(op: i32, swapped: bool, n: i32, a: usize, b: f32, c: usize): void {
  const v = f32x4.splat(b);
  if (op == 0) withScalar(0, false, n, a, v, c);
  else if (op == 2) withScalar(2, false, n, a, v, c);
  else if (op == 1) {
    if (swapped) withScalar(1, true, n, a, v, c);
    else withScalar(1, false, n, a, v, c);
  } else if (swapped) withScalar(3, true, n, a, v, c);
  else withScalar(3, false, n, a, v, c);
}

// @ts-ignore: decorator
@inline
function one(op: i32, x: v128): v128 {
  if (op == 0) return f32x4.neg(x);
  if (op == 1) return f32x4.abs(x);
  if (op == 2) return f32x4.sqrt(x);
  return f32x4.max(f32x4.splat(0), x);
}

// @ts-ignore: decorator
@inline
function each(op: i32, n: i32, a: usize, c: usize): void {
  const end = a + (<usize>n << 2);
  for (; a < end; a += 16, c += 16) v128.store(c, one(op, v128.load(a)));
}

/** c = f(a); op is 0 for the negative, 1 for the absolute value, 2 for the root, 3 for relu. */
export function unary(op: i32, n: i32, a: usize, c: usize): void {
  if (op == 0) each(0, n, a, c);
  else if (op == 1) each(1, n, a, c);
  else if (op == 2) each(2, n, a, c);
  else each(3, n, a, c);
}
