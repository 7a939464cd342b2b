/** Looking for NaN and infinities. */
import { sumLanes } from "../simd/lanes";

/** Stores 0 at c where all n elements are finite, else NaN: x - x is 0 for finite x alone. */
export function finite32(n: usize, a: usize, c: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let p = a;
  const end = a + ((n & ~15) << 2);
  for (; p < end; p += 64) {
    const x0 = v128.load(p), x1 = v128.load(p, 16), x2 = v128.load(p, 32), x3 = v128.load(p, 48);
    s0 = f32x4.add(s0, f32x4.sub(x0, x0));
    s1 = f32x4.add(s1, f32x4.sub(x1, x1));
    s2 = f32x4.add(s2, f32x4.sub(x2, x2));
    s3 = f32x4.add(s3, f32x4.sub(x3, x3));
  }
  let sum = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (const last = a + (n << 2); p < last; p += 4) sum += load<f32>(p) - load<f32>(p);
  store<f32>(c, sum);
}
