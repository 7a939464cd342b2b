/**
 * The passes of a mixed-radix Fourier transform in Stockham's order, as in `engine/src/ops/fft/butterflies.ts`, for several lines at once: an element is a vector of
 * the real parts of as many lines as it has lanes, and a vector of their imaginary parts. A pass of radix r reads x[i, b, k] of shape [l, r, m], where `i` is the fastest
 * index, and writes y[i, k, c] = w^(l c i) Σ_b e^(-2πi bc/r) x[i, b, k] of shape [r, l, m].
 */
import { loadSplat } from "../simd/lanes";

/** Bytes of an element: a vector of real parts, and one of imaginary parts. */
export const elementBytes: usize = 32;

/** Stores an element times a root of unity of the table `w`, of which the first is 1. */
// @ts-ignore: decorator
@inline
function storeTimes<T>(to: usize, re: v128, im: v128, w: usize, root: usize): void {
  if (root == 0) {
    v128.store(to, re);
    v128.store(to, im, 16);
    return;
  }
  const at = w + root * 2 * sizeof<T>();
  const wr = loadSplat<T>(at), wi = loadSplat<T>(at + sizeof<T>());
  v128.store(to, v128.sub<T>(v128.mul<T>(re, wr), v128.mul<T>(im, wi)));
  v128.store(to, v128.add<T>(v128.mul<T>(re, wi), v128.mul<T>(im, wr)), 16);
}

/** Radix 2. */
export function pass2<T>(x: usize, y: usize, l: i32, m: i32, w: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  for (let k = 0; k < l; k++)
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 2 * k) * elementBytes, b = a + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
      v128.store(to, v128.add<T>(ar, br));
      v128.store(to, v128.add<T>(ai, bi), 16);
      storeTimes<T>(to + part, v128.sub<T>(ar, br), v128.sub<T>(ai, bi), w, <usize>(l * i));
    }
}

/** Radix 4. */
export function pass4<T>(x: usize, y: usize, l: i32, m: i32, w: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  for (let k = 0; k < l; k++)
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 4 * k) * elementBytes, b = a + step, c = b + step, d = c + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
      const cr = v128.load(c), ci = v128.load(c, 16), dr = v128.load(d), di = v128.load(d, 16);
      const sr = v128.add<T>(ar, cr), si = v128.add<T>(ai, ci), er = v128.sub<T>(ar, cr), ei = v128.sub<T>(ai, ci);
      // the sum of the odd terms, and -i times their difference
      const or = v128.add<T>(br, dr), oi = v128.add<T>(bi, di), tr = v128.sub<T>(bi, di), ti = v128.sub<T>(dr, br);
      v128.store(to, v128.add<T>(sr, or));
      v128.store(to, v128.add<T>(si, oi), 16);
      const root = <usize>(l * i);
      storeTimes<T>(to + part, v128.add<T>(er, tr), v128.add<T>(ei, ti), w, root);
      storeTimes<T>(to + 2 * part, v128.sub<T>(sr, or), v128.sub<T>(si, oi), w, 2 * root);
      storeTimes<T>(to + 3 * part, v128.sub<T>(er, tr), v128.sub<T>(ei, ti), w, 3 * root);
    }
}

/** Radix 3. */
export function pass3<T>(x: usize, y: usize, l: i32, m: i32, w: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  const half = v128.splat<T>(0.5 as T), sine = v128.splat<T>(<T>0.86602540378443864676);
  for (let k = 0; k < l; k++)
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 3 * k) * elementBytes, b = a + step, c = b + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16), cr = v128.load(c), ci = v128.load(c, 16);
      const sr = v128.add<T>(br, cr), si = v128.add<T>(bi, ci);
      // -i sin(2π/3) times the difference
      const tr = v128.mul<T>(v128.sub<T>(bi, ci), sine), ti = v128.mul<T>(v128.sub<T>(cr, br), sine);
      const er = v128.sub<T>(ar, v128.mul<T>(sr, half)), ei = v128.sub<T>(ai, v128.mul<T>(si, half));
      v128.store(to, v128.add<T>(ar, sr));
      v128.store(to, v128.add<T>(ai, si), 16);
      const root = <usize>(l * i);
      storeTimes<T>(to + part, v128.add<T>(er, tr), v128.add<T>(ei, ti), w, root);
      storeTimes<T>(to + 2 * part, v128.sub<T>(er, tr), v128.sub<T>(ei, ti), w, 2 * root);
    }
}

/** Radix 5. */
export function pass5<T>(x: usize, y: usize, l: i32, m: i32, w: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  const c1 = v128.splat<T>(<T>0.30901699437494742410), c2 = v128.splat<T>(<T>-0.80901699437494742410);
  const s1 = v128.splat<T>(<T>0.95105651629515357212), s2 = v128.splat<T>(<T>0.58778525229247312917);
  for (let k = 0; k < l; k++)
    for (let i = 0; i < m; i++) {
      const a = x + <usize>(i + m * 5 * k) * elementBytes, b = a + step, c = b + step, d = c + step, e = d + step;
      const to = y + <usize>(i + m * k) * elementBytes;
      const ar = v128.load(a), ai = v128.load(a, 16);
      const br = v128.load(b), bi = v128.load(b, 16), er = v128.load(e), ei = v128.load(e, 16);
      const cr = v128.load(c), ci = v128.load(c, 16), dr = v128.load(d), di = v128.load(d, 16);
      // sums and differences of the terms 1 and 4, and of the terms 2 and 3
      const pr = v128.add<T>(br, er), pi = v128.add<T>(bi, ei), qr = v128.add<T>(cr, dr), qi = v128.add<T>(ci, di);
      const ur = v128.sub<T>(br, er), ui = v128.sub<T>(bi, ei), vr = v128.sub<T>(cr, dr), vi = v128.sub<T>(ci, di);
      v128.store(to, v128.add<T>(ar, v128.add<T>(pr, qr)));
      v128.store(to, v128.add<T>(ai, v128.add<T>(pi, qi)), 16);
      const fr = v128.add<T>(ar, v128.add<T>(v128.mul<T>(pr, c1), v128.mul<T>(qr, c2)));
      const fi = v128.add<T>(ai, v128.add<T>(v128.mul<T>(pi, c1), v128.mul<T>(qi, c2)));
      const gr = v128.add<T>(ar, v128.add<T>(v128.mul<T>(pr, c2), v128.mul<T>(qr, c1)));
      const gi = v128.add<T>(ai, v128.add<T>(v128.mul<T>(pi, c2), v128.mul<T>(qi, c1)));
      // i times the sine terms
      const hr = v128.add<T>(v128.mul<T>(ui, s1), v128.mul<T>(vi, s2)), hi = v128.add<T>(v128.mul<T>(ur, s1), v128.mul<T>(vr, s2));
      const jr = v128.sub<T>(v128.mul<T>(ui, s2), v128.mul<T>(vi, s1)), ji = v128.sub<T>(v128.mul<T>(ur, s2), v128.mul<T>(vr, s1));
      const root = <usize>(l * i);
      storeTimes<T>(to + part, v128.add<T>(fr, hr), v128.sub<T>(fi, hi), w, root);
      storeTimes<T>(to + 2 * part, v128.add<T>(gr, jr), v128.sub<T>(gi, ji), w, 2 * root);
      storeTimes<T>(to + 3 * part, v128.sub<T>(gr, jr), v128.add<T>(gi, ji), w, 3 * root);
      storeTimes<T>(to + 4 * part, v128.sub<T>(fr, hr), v128.add<T>(fi, hi), w, 4 * root);
    }
}

/**
 * An odd radix r. The terms b and r - b are added and subtracted first, into `terms`, as cosines multiply the sums and sines the differences; both are every
 * l m-th entry of the table.
 */
export function passOdd<T>(r: i32, x: usize, y: usize, l: i32, m: i32, w: usize, terms: usize): void {
  const step = <usize>m * elementBytes, part = <usize>l * step;
  const half = (r - 1) >> 1;
  const stride = <usize>(l * m) * 2 * sizeof<T>();
  for (let k = 0; k < l; k++)
    for (let i = 0; i < m; i++) {
      const first = x + <usize>(i + m * r * k) * elementBytes;
      const to = y + <usize>(i + m * k) * elementBytes;
      const re0 = v128.load(first), im0 = v128.load(first, 16);
      let re = re0, im = im0;
      for (let b = 1; b <= half; b++) {
        const low = first + <usize>b * step, high = first + <usize>(r - b) * step;
        const lr = v128.load(low), li = v128.load(low, 16), hr = v128.load(high), hi = v128.load(high, 16);
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
      v128.store(to, im, 16);
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
