/** Steps of optimizers: one pass over n elements of a parameter p, its gradient g and the optimizer's state. */
import { madd, storePair } from "../simd/lanes";

/**
 * Makes a step of Adam: m ← m + r₁ (g - m), v ← b₂ v + r₂ g², p ← keep p - rate m / (√v correction + ε), where g includes penalty p. r₁ is 1 - β₁, b₂ is
 * β₂ and r₂ is 1 - β₂, each rounded from float64.
 */
export function adam32(n: usize, p: usize, g: usize, m: usize, v: usize, r1: f32, b2: f32, r2: f32, rate: f32, correction: f32, eps: f32, penalty: f32, keep: f32): void {
  const vr1 = f32x4.splat(r1), vb2 = f32x4.splat(b2), vr2 = f32x4.splat(r2);
  const vr = f32x4.splat(rate), vc = f32x4.splat(correction), ve = f32x4.splat(eps), vp = f32x4.splat(penalty), vk = f32x4.splat(keep);
  const end = n << 2;
  // two vectors at a time, with the stores behind all loads, so that V8 pairs the vectors
  for (let i: usize = 0; i < end; i += 32) {
    const x0 = v128.load(p + i), x1 = v128.load(p + i, 16);
    const g0 = madd(vp, x0, v128.load(g + i)), g1 = madd(vp, x1, v128.load(g + i, 16));
    const l0 = v128.load(m + i), l1 = v128.load(m + i, 16);
    const m0 = madd(vr1, f32x4.sub(g0, l0), l0), m1 = madd(vr1, f32x4.sub(g1, l1), l1);
    const v0 = madd(vb2, v128.load(v + i), f32x4.mul(vr2, f32x4.mul(g0, g0))), v1 = madd(vb2, v128.load(v + i, 16), f32x4.mul(vr2, f32x4.mul(g1, g1)));
    const d0 = f32x4.div(f32x4.mul(vr, m0), madd(f32x4.sqrt(v0), vc, ve)), d1 = f32x4.div(f32x4.mul(vr, m1), madd(f32x4.sqrt(v1), vc, ve));
    storePair(m + i, m0, m1);
    storePair(v + i, v0, v1);
    storePair(p + i, f32x4.sub(f32x4.mul(vk, x0), d0), f32x4.sub(f32x4.mul(vk, x1), d1));
  }
}

/** Makes a step of SGD: v ← first ? g : momentum v + damped g, p ← p - rate (nesterov ? g + momentum v : v), where g includes penalty p. v is 0 without momentum, and then stands for g. */
export function sgd32(n: usize, p: usize, g: usize, v: usize, rate: f32, momentum: f32, damped: f32, penalty: f32, nesterov: bool, first: bool): void {
  const vr = f32x4.splat(rate), vm = f32x4.splat(momentum), vd = f32x4.splat(damped), vp = f32x4.splat(penalty);
  const end = n << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const x = v128.load(p + i);
    const gi = madd(vp, x, v128.load(g + i));
    let step = gi;
    if (v != 0) {
      const vi = first ? gi : madd(vm, v128.load(v + i), f32x4.mul(vd, gi));
      v128.store(v + i, vi);
      step = nesterov ? madd(vm, vi, gi) : vi;
    }
    v128.store(p + i, f32x4.sub(x, f32x4.mul(vr, step)));
  }
}
