/**
 * The passes of a mixed-radix Fourier transform in Stockham's order, as in `engine/src/ops/fft/butterflies.ts`, for several lines at once: an element is
 * two vectors of the real parts of as many lines as they have lanes, and two of their imaginary parts. A pass of radix r reads x[i, b, k] of shape [l, r, m], where `i` is the fastest
 * index, and writes y[i, k, c] = w^(l c i) Σ_b e^(-2πi bc/r) x[i, b, k] of shape [r, l, m].
 */
import { loadSplat, storePair } from "../simd/lanes";

/** Bytes of an element: two vectors of real parts, and two of imaginary parts, which begin at `imaginary`. */
export const elementBytes: usize = 64;
export const imaginary: usize = 32;

/** Stores an element, or its first half. */
// @ts-ignore: decorator
@inline
export function storeElement(to: usize, re0: v128, re1: v128, im0: v128, im1: v128, isWhole: bool = true): void {
  if (isWhole) {
    storePair(to, re0, re1);
    storePair(to + imaginary, im0, im1);
  } else {
    v128.store(to, re0);
    v128.store(to, im0, imaginary);
  }
}

/** Stores an element, or its first half, times a root of unity. */
// @ts-ignore: decorator
@inline
function storeProduct<T>(to: usize, re0: v128, re1: v128, im0: v128, im1: v128, root: usize, isWhole: bool): void {
  const wr = loadSplat<T>(root), wi = loadSplat<T>(root + sizeof<T>());
  const pr0 = v128.sub<T>(v128.mul<T>(re0, wr), v128.mul<T>(im0, wi)), pr1 = v128.sub<T>(v128.mul<T>(re1, wr), v128.mul<T>(im1, wi));
  const pi0 = v128.add<T>(v128.mul<T>(re0, wi), v128.mul<T>(im0, wr)), pi1 = v128.add<T>(v128.mul<T>(re1, wi), v128.mul<T>(im1, wr));
  storeElement(to, pr0, pr1, pi0, pi1, isWhole);
}

/** Loads the second vector of the parts at an address; the first one again where only first halves count. */
// @ts-ignore: decorator
@inline
function second(from: usize, isWhole: bool): v128 {
  return isWhole ? v128.load(from, 16) : v128.load(from);
}

/*
 * The type parameter `E` of butterflies is v128 for whole elements and u64 for their first halves. A type is a constant from the beginning, whereas the compiler joins the two arms of
 * `if (isWhole) butterflies(true); else butterflies(false);` to one loop with branches, which V8 does not vectorize.
 */

// @ts-ignore: decorator
@inline
function areWhole<E>(): bool {
  return sizeof<E>() == 16;
}

/** Stores one half of an element times a root of unity of the table `w`, of which the first is 1. */
// @ts-ignore: decorator
@inline
function storeTimes<T>(to: usize, re: v128, im: v128, w: usize, root: usize): void {
  if (root == 0) {
    v128.store(to, re);
    v128.store(to, im, imaginary);
    return;
  }
  const at = w + root * 2 * sizeof<T>();
  const wr = loadSplat<T>(at), wi = loadSplat<T>(at + sizeof<T>());
  v128.store(to, v128.sub<T>(v128.mul<T>(re, wr), v128.mul<T>(im, wi)));
  v128.store(to, v128.add<T>(v128.mul<T>(re, wi), v128.mul<T>(im, wr)), imaginary);
}

/** Radix 2, of whole elements or of their first halves. */
export function pass2<T>(x: usize, y: usize, l: i32, m: i32, w: usize, isWhole: bool): void {
  if (isWhole) butterflies2<T, v128>(x, y, l, m, w);
  else butterflies2<T, u64>(x, y, l, m, w);
}

// @ts-ignore: decorator
@inline
function butterflies2<T, E>(x: usize, y: usize, l: i32, m: i32, w: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  for (let k = 0; k < l; k++)
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 2 * k) * elementBytes, b = a + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar0 = v128.load(a), ar1 = second(a, areWhole<E>()), ai0 = v128.load(a, imaginary), ai1 = second(a + imaginary, areWhole<E>());
      const br0 = v128.load(b), br1 = second(b, areWhole<E>()), bi0 = v128.load(b, imaginary), bi1 = second(b + imaginary, areWhole<E>());
      storeElement(to, v128.add<T>(ar0, br0), v128.add<T>(ar1, br1), v128.add<T>(ai0, bi0), v128.add<T>(ai1, bi1), areWhole<E>());
      const root = w + <usize>(l * i) * 2 * sizeof<T>();
      storeProduct<T>(to + part, v128.sub<T>(ar0, br0), v128.sub<T>(ar1, br1), v128.sub<T>(ai0, bi0), v128.sub<T>(ai1, bi1), root, areWhole<E>());
    }
}

/** Radix 4. The last pass, of m = 1, has no roots but 1. */
export function pass4<T>(x: usize, y: usize, l: i32, m: i32, w: usize, isWhole: bool): void {
  if (m == 1) {
    if (isWhole) butterflies4<T>(x, y, l, 1, w, true, true);
    else butterflies4<T>(x, y, l, 1, w, true, false);
  } else if (isWhole) butterflies4<T>(x, y, l, m, w, false, true);
  else butterflies4<T>(x, y, l, m, w, false, false);
}

// @ts-ignore: decorator
@inline
function butterflies4<T>(x: usize, y: usize, l: i32, m: i32, w: usize, isLast: bool, isWhole: bool): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  const rootBytes = <usize>l * 2 * sizeof<T>();
  for (let k = 0; k < l; k++) {
    let root: usize = 0;
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 4 * k) * elementBytes, b = a + step, c = b + step, d = c + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar0 = v128.load(a), ar1 = second(a, isWhole), ai0 = v128.load(a, imaginary), ai1 = second(a + imaginary, isWhole);
      const br0 = v128.load(b), br1 = second(b, isWhole), bi0 = v128.load(b, imaginary), bi1 = second(b + imaginary, isWhole);
      const cr0 = v128.load(c), cr1 = second(c, isWhole), ci0 = v128.load(c, imaginary), ci1 = second(c + imaginary, isWhole);
      const dr0 = v128.load(d), dr1 = second(d, isWhole), di0 = v128.load(d, imaginary), di1 = second(d + imaginary, isWhole);
      // sums and differences of the even terms, the sum of the odd terms, and -i times their difference
      const sr0 = v128.add<T>(ar0, cr0), sr1 = v128.add<T>(ar1, cr1), si0 = v128.add<T>(ai0, ci0), si1 = v128.add<T>(ai1, ci1);
      const er0 = v128.sub<T>(ar0, cr0), er1 = v128.sub<T>(ar1, cr1), ei0 = v128.sub<T>(ai0, ci0), ei1 = v128.sub<T>(ai1, ci1);
      const or0 = v128.add<T>(br0, dr0), or1 = v128.add<T>(br1, dr1), oi0 = v128.add<T>(bi0, di0), oi1 = v128.add<T>(bi1, di1);
      const tr0 = v128.sub<T>(bi0, di0), tr1 = v128.sub<T>(bi1, di1), ti0 = v128.sub<T>(dr0, br0), ti1 = v128.sub<T>(dr1, br1);
      storeElement(to, v128.add<T>(sr0, or0), v128.add<T>(sr1, or1), v128.add<T>(si0, oi0), v128.add<T>(si1, oi1), isWhole);
      const pr0 = v128.add<T>(er0, tr0), pr1 = v128.add<T>(er1, tr1), pi0 = v128.add<T>(ei0, ti0), pi1 = v128.add<T>(ei1, ti1);
      const qr0 = v128.sub<T>(sr0, or0), qr1 = v128.sub<T>(sr1, or1), qi0 = v128.sub<T>(si0, oi0), qi1 = v128.sub<T>(si1, oi1);
      const ur0 = v128.sub<T>(er0, tr0), ur1 = v128.sub<T>(er1, tr1), ui0 = v128.sub<T>(ei0, ti0), ui1 = v128.sub<T>(ei1, ti1);
      if (isLast) {
        storeElement(to + part, pr0, pr1, pi0, pi1, isWhole);
        storeElement(to + 2 * part, qr0, qr1, qi0, qi1, isWhole);
        storeElement(to + 3 * part, ur0, ur1, ui0, ui1, isWhole);
      } else {
        storeProduct<T>(to + part, pr0, pr1, pi0, pi1, w + root, isWhole);
        storeProduct<T>(to + 2 * part, qr0, qr1, qi0, qi1, w + 2 * root, isWhole);
        storeProduct<T>(to + 3 * part, ur0, ur1, ui0, ui1, w + 3 * root, isWhole);
        root += rootBytes;
      }
    }
  }
}

/** Radix 3. The first root of a pass is 1. */
export function pass3<T>(x: usize, y: usize, l: i32, m: i32, w: usize, isWhole: bool): void {
  if (isWhole) butterflies3<T, v128>(x, y, l, m, w);
  else butterflies3<T, u64>(x, y, l, m, w);
}

// @ts-ignore: decorator
@inline
function butterflies3<T, E>(x: usize, y: usize, l: i32, m: i32, w: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  const rootBytes = <usize>l * 2 * sizeof<T>();
  const half = v128.splat<T>(0.5 as T), sine = v128.splat<T>(<T>0.86602540378443864676);
  for (let k = 0; k < l; k++) {
    let root: usize = 0;
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 3 * k) * elementBytes, b = a + step, c = b + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar0 = v128.load(a), ar1 = second(a, areWhole<E>()), ai0 = v128.load(a, imaginary), ai1 = second(a + imaginary, areWhole<E>());
      const br0 = v128.load(b), br1 = second(b, areWhole<E>()), bi0 = v128.load(b, imaginary), bi1 = second(b + imaginary, areWhole<E>());
      const cr0 = v128.load(c), cr1 = second(c, areWhole<E>()), ci0 = v128.load(c, imaginary), ci1 = second(c + imaginary, areWhole<E>());
      const sr0 = v128.add<T>(br0, cr0), sr1 = v128.add<T>(br1, cr1), si0 = v128.add<T>(bi0, ci0), si1 = v128.add<T>(bi1, ci1);
      // -i sin(2π/3) times the difference
      const tr0 = v128.mul<T>(v128.sub<T>(bi0, ci0), sine), tr1 = v128.mul<T>(v128.sub<T>(bi1, ci1), sine);
      const ti0 = v128.mul<T>(v128.sub<T>(cr0, br0), sine), ti1 = v128.mul<T>(v128.sub<T>(cr1, br1), sine);
      const er0 = v128.sub<T>(ar0, v128.mul<T>(sr0, half)), er1 = v128.sub<T>(ar1, v128.mul<T>(sr1, half));
      const ei0 = v128.sub<T>(ai0, v128.mul<T>(si0, half)), ei1 = v128.sub<T>(ai1, v128.mul<T>(si1, half));
      storeElement(to, v128.add<T>(ar0, sr0), v128.add<T>(ar1, sr1), v128.add<T>(ai0, si0), v128.add<T>(ai1, si1), areWhole<E>());
      storeProduct<T>(to + part, v128.add<T>(er0, tr0), v128.add<T>(er1, tr1), v128.add<T>(ei0, ti0), v128.add<T>(ei1, ti1), w + root, areWhole<E>());
      storeProduct<T>(to + 2 * part, v128.sub<T>(er0, tr0), v128.sub<T>(er1, tr1), v128.sub<T>(ei0, ti0), v128.sub<T>(ei1, ti1), w + 2 * root, areWhole<E>());
      root += rootBytes;
    }
  }
}

/** Radix 5. */
export function pass5<T>(x: usize, y: usize, l: i32, m: i32, w: usize, isWhole: bool): void {
  if (isWhole) butterflies5<T, v128>(x, y, l, m, w);
  else butterflies5<T, u64>(x, y, l, m, w);
}

/** Returns a + p c + q d. */
// @ts-ignore: decorator
@inline
function weighted<T>(a: v128, p: v128, c: v128, q: v128, d: v128): v128 {
  return v128.add<T>(a, v128.add<T>(v128.mul<T>(p, c), v128.mul<T>(q, d)));
}

/** Returns p c + q d. */
// @ts-ignore: decorator
@inline
function crossed<T>(p: v128, c: v128, q: v128, d: v128): v128 {
  return v128.add<T>(v128.mul<T>(p, c), v128.mul<T>(q, d));
}

// @ts-ignore: decorator
@inline
function butterflies5<T, E>(x: usize, y: usize, l: i32, m: i32, w: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  const rootBytes = <usize>l * 2 * sizeof<T>();
  const c1 = v128.splat<T>(<T>0.30901699437494742410), c2 = v128.splat<T>(<T>-0.80901699437494742410);
  const s1 = v128.splat<T>(<T>0.95105651629515357212), s2 = v128.splat<T>(<T>0.58778525229247312917), s3 = v128.splat<T>(<T>-0.95105651629515357212);
  for (let k = 0; k < l; k++) {
    let root: usize = 0;
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 5 * k) * elementBytes, b = a + step, c = b + step, d = c + step, e = d + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar0 = v128.load(a), ar1 = second(a, areWhole<E>()), ai0 = v128.load(a, imaginary), ai1 = second(a + imaginary, areWhole<E>());
      const br0 = v128.load(b), br1 = second(b, areWhole<E>()), bi0 = v128.load(b, imaginary), bi1 = second(b + imaginary, areWhole<E>());
      const cr0 = v128.load(c), cr1 = second(c, areWhole<E>()), ci0 = v128.load(c, imaginary), ci1 = second(c + imaginary, areWhole<E>());
      const dr0 = v128.load(d), dr1 = second(d, areWhole<E>()), di0 = v128.load(d, imaginary), di1 = second(d + imaginary, areWhole<E>());
      const er0 = v128.load(e), er1 = second(e, areWhole<E>()), ei0 = v128.load(e, imaginary), ei1 = second(e + imaginary, areWhole<E>());
      // sums and differences of the terms 1 and 4, and of the terms 2 and 3
      const pr0 = v128.add<T>(br0, er0), pr1 = v128.add<T>(br1, er1), pi0 = v128.add<T>(bi0, ei0), pi1 = v128.add<T>(bi1, ei1);
      const qr0 = v128.add<T>(cr0, dr0), qr1 = v128.add<T>(cr1, dr1), qi0 = v128.add<T>(ci0, di0), qi1 = v128.add<T>(ci1, di1);
      const ur0 = v128.sub<T>(br0, er0), ur1 = v128.sub<T>(br1, er1), ui0 = v128.sub<T>(bi0, ei0), ui1 = v128.sub<T>(bi1, ei1);
      const vr0 = v128.sub<T>(cr0, dr0), vr1 = v128.sub<T>(cr1, dr1), vi0 = v128.sub<T>(ci0, di0), vi1 = v128.sub<T>(ci1, di1);
      const fr0 = weighted<T>(ar0, pr0, c1, qr0, c2), fr1 = weighted<T>(ar1, pr1, c1, qr1, c2), fi0 = weighted<T>(ai0, pi0, c1, qi0, c2), fi1 = weighted<T>(ai1, pi1, c1, qi1, c2);
      const gr0 = weighted<T>(ar0, pr0, c2, qr0, c1), gr1 = weighted<T>(ar1, pr1, c2, qr1, c1), gi0 = weighted<T>(ai0, pi0, c2, qi0, c1), gi1 = weighted<T>(ai1, pi1, c2, qi1, c1);
      // i times the sine terms
      const hr0 = crossed<T>(ui0, s1, vi0, s2), hr1 = crossed<T>(ui1, s1, vi1, s2), hi0 = crossed<T>(ur0, s1, vr0, s2), hi1 = crossed<T>(ur1, s1, vr1, s2);
      const jr0 = crossed<T>(ui0, s2, vi0, s3), jr1 = crossed<T>(ui1, s2, vi1, s3), ji0 = crossed<T>(ur0, s2, vr0, s3), ji1 = crossed<T>(ur1, s2, vr1, s3);
      storeElement(to, v128.add<T>(ar0, v128.add<T>(pr0, qr0)), v128.add<T>(ar1, v128.add<T>(pr1, qr1)), v128.add<T>(ai0, v128.add<T>(pi0, qi0)), v128.add<T>(ai1, v128.add<T>(pi1, qi1)), areWhole<E>());
      storeProduct<T>(to + part, v128.add<T>(fr0, hr0), v128.add<T>(fr1, hr1), v128.sub<T>(fi0, hi0), v128.sub<T>(fi1, hi1), w + root, areWhole<E>());
      storeProduct<T>(to + 2 * part, v128.add<T>(gr0, jr0), v128.add<T>(gr1, jr1), v128.sub<T>(gi0, ji0), v128.sub<T>(gi1, ji1), w + 2 * root, areWhole<E>());
      storeProduct<T>(to + 3 * part, v128.sub<T>(gr0, jr0), v128.sub<T>(gr1, jr1), v128.add<T>(gi0, ji0), v128.add<T>(gi1, ji1), w + 3 * root, areWhole<E>());
      storeProduct<T>(to + 4 * part, v128.sub<T>(fr0, hr0), v128.sub<T>(fr1, hr1), v128.add<T>(fi0, hi0), v128.add<T>(fi1, hi1), w + 4 * root, areWhole<E>());
      root += rootBytes;
    }
  }
}

/**
 * An odd radix r, of the first `width` bytes of each part of the elements. The terms b and r - b are added and subtracted first, into `terms`, as cosines multiply the sums and sines the differences; both are every
 * l m-th entry of the table.
 */
export function passOdd<T>(r: i32, x: usize, y: usize, l: i32, m: i32, w: usize, width: usize, terms: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  const half = (r - 1) >> 1;
  const stride = <usize>(l * m) * 2 * sizeof<T>();
  for (let k = 0; k < l; k++)
    for (let i = 0; i < m; i++)
      for (let offset: usize = 0; offset < width; offset += 16) {
        const first = x + offset + <usize>(i + m * r * k) * elementBytes;
        const to = y + offset + <usize>(i + m * k) * elementBytes;
        const re0 = v128.load(first), im0 = v128.load(first, imaginary);
        let re = re0, im = im0;
        for (let b = 1; b <= half; b++) {
          const low = first + <usize>b * step, high = first + <usize>(r - b) * step;
          const lr = v128.load(low), li = v128.load(low, imaginary), hr = v128.load(high), hi = v128.load(high, imaginary);
          const at = terms + (<usize>(b - 1) << 6);
          const sr = v128.add<T>(lr, hr), si = v128.add<T>(li, hi);
          v128.store(at, sr);
          v128.store(at, si, 16);
          v128.store(at, v128.sub<T>(lr, hr), 32);
          v128.store(at, v128.sub<T>(li, hi), 48);
          re = v128.add<T>(re, sr);
          im = v128.add<T>(im, si);
        }
        v128.store(to, re);
        v128.store(to, im, imaginary);
        for (let c = 1; c <= half; c++) {
          let er = re0, ei = im0, or = v128.splat<T>(0 as T), oi = or;
          for (let b = 1, j = c; b <= half; b++) {
            const at = terms + (<usize>(b - 1) << 6), root = w + <usize>j * stride;
            const cosine = loadSplat<T>(root), sine = loadSplat<T>(root + sizeof<T>());
            er = v128.add<T>(er, v128.mul<T>(cosine, v128.load(at)));
            ei = v128.add<T>(ei, v128.mul<T>(cosine, v128.load(at, 16)));
            // the table has -sin, and -i times the difference is added
            or = v128.sub<T>(or, v128.mul<T>(sine, v128.load(at, 48)));
            oi = v128.add<T>(oi, v128.mul<T>(sine, v128.load(at, 32)));
            j += c;
            if (j >= r) j -= r;
          }
          const root = <usize>(l * i) * <usize>c, other = <usize>(l * i) * <usize>(r - c);
          storeTimes<T>(to + <usize>c * part, v128.add<T>(er, or), v128.add<T>(ei, oi), w, root);
          storeTimes<T>(to + <usize>(r - c) * part, v128.sub<T>(er, or), v128.sub<T>(ei, oi), w, other);
        }
      }
}
