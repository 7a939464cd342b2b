/**
 * The passes of a mixed-radix transform in Stockham's order, which sorts while it transforms. A pass of radix r reads x[i, b, k] of shape [l, r, m] (the last index is
 * the fastest: `i` counts to m, `b` to r, `k` to l), and writes y[i, k, c] = w^(l c i) Σ_b e^(-2πi bc/r) x[i, b, k] of shape [r, l, m]. Numbers are complex: real and imaginary
 * part in turn. `w` has the roots of unity of the whole length n = l r m. Source: FFTPACK (Swarztrauber), and pocketfft, which PyTorch uses.
 */

/** One pass: from `x` to `y`. */
export type Pass = (y: Float64Array, x: Float64Array, l: number, m: number, w: Float64Array) => void;

/** Radix 2. */
export const pass2: Pass = (y, x, l, m, w) => {
  const half = 2 * l * m;
  for (let k = 0; k < l; k++) {
    for (let i = 0; i < m; i++) {
      const a = 2 * (i + m * 2 * k);
      const b = a + 2 * m;
      const to = 2 * (i + m * k);
      const re = x[a] - x[b];
      const im = x[a + 1] - x[b + 1];
      y[to] = x[a] + x[b];
      y[to + 1] = x[a + 1] + x[b + 1];
      const t = 2 * l * i;
      y[to + half] = re * w[t] - im * w[t + 1];
      y[to + half + 1] = re * w[t + 1] + im * w[t];
    }
  }
};

/** Radix 4. */
export const pass4: Pass = (y, x, l, m, w) => {
  const part = 2 * l * m;
  for (let k = 0; k < l; k++) {
    for (let i = 0; i < m; i++) {
      const a = 2 * (i + m * 4 * k);
      const b = a + 2 * m;
      const c = b + 2 * m;
      const d = c + 2 * m;
      const sumRe = x[a] + x[c];
      const sumIm = x[a + 1] + x[c + 1];
      const differenceRe = x[a] - x[c];
      const differenceIm = x[a + 1] - x[c + 1];
      const oddRe = x[b] + x[d];
      const oddIm = x[b + 1] + x[d + 1];
      // -i (x_b - x_d)
      const turnedRe = x[b + 1] - x[d + 1];
      const turnedIm = x[d] - x[b];
      const to = 2 * (i + m * k);
      y[to] = sumRe + oddRe;
      y[to + 1] = sumIm + oddIm;
      if (i === 0) {
        y[to + part] = differenceRe + turnedRe;
        y[to + part + 1] = differenceIm + turnedIm;
        y[to + 2 * part] = sumRe - oddRe;
        y[to + 2 * part + 1] = sumIm - oddIm;
        y[to + 3 * part] = differenceRe - turnedRe;
        y[to + 3 * part + 1] = differenceIm - turnedIm;
        continue;
      }
      const t = 2 * l * i;
      const re1 = differenceRe + turnedRe;
      const im1 = differenceIm + turnedIm;
      y[to + part] = re1 * w[t] - im1 * w[t + 1];
      y[to + part + 1] = re1 * w[t + 1] + im1 * w[t];
      const re2 = sumRe - oddRe;
      const im2 = sumIm - oddIm;
      y[to + 2 * part] = re2 * w[2 * t] - im2 * w[2 * t + 1];
      y[to + 2 * part + 1] = re2 * w[2 * t + 1] + im2 * w[2 * t];
      const re3 = differenceRe - turnedRe;
      const im3 = differenceIm - turnedIm;
      y[to + 3 * part] = re3 * w[3 * t] - im3 * w[3 * t + 1];
      y[to + 3 * part + 1] = re3 * w[3 * t + 1] + im3 * w[3 * t];
    }
  }
};

/**
 * Returns the pass of an odd radix. The terms b and r - b are added and subtracted first: cosines multiply the sums, and sines the differences.
 */
export function oddPass(r: number): Pass {
  const half = (r - 1) / 2;
  const cosines = new Float64Array(r);
  const sines = new Float64Array(r);
  for (let j = 0; j < r; j++) {
    cosines[j] = Math.cos((2 * Math.PI * j) / r);
    sines[j] = Math.sin((2 * Math.PI * j) / r);
  }
  // sums and differences of one butterfly
  const terms = new Float64Array(4 * half);
  return (y, x, l, m, w) => {
    const part = 2 * l * m;
    for (let k = 0; k < l; k++) {
      for (let i = 0; i < m; i++) {
        const first = 2 * (i + m * r * k);
        const to = 2 * (i + m * k);
        const re0 = x[first];
        const im0 = x[first + 1];
        let re = re0;
        let im = im0;
        for (let b = 1; b <= half; b++) {
          const low = first + 2 * m * b;
          const high = first + 2 * m * (r - b);
          const at = 4 * (b - 1);
          terms[at] = x[low] + x[high];
          terms[at + 1] = x[low + 1] + x[high + 1];
          terms[at + 2] = x[low] - x[high];
          terms[at + 3] = x[low + 1] - x[high + 1];
          re += terms[at];
          im += terms[at + 1];
        }
        y[to] = re;
        y[to + 1] = im;
        for (let c = 1; c <= half; c++) {
          let evenRe = re0;
          let evenIm = im0;
          let oddRe = 0;
          let oddIm = 0;
          for (let b = 1, j = c; b <= half; b++, j = j + c < r ? j + c : j + c - r) {
            const at = 4 * (b - 1);
            evenRe += cosines[j] * terms[at];
            evenIm += cosines[j] * terms[at + 1];
            // -i times the difference
            oddRe += sines[j] * terms[at + 3];
            oddIm -= sines[j] * terms[at + 2];
          }
          write(y, to + c * part, evenRe + oddRe, evenIm + oddIm, w, 2 * l * i * c);
          write(y, to + (r - c) * part, evenRe - oddRe, evenIm - oddIm, w, 2 * l * i * (r - c));
        }
      }
    }
  };
}

/** Writes the product of a number and a root of unity. */
function write(y: Float64Array, to: number, re: number, im: number, w: Float64Array, t: number): void {
  y[to] = re * w[t] - im * w[t + 1];
  y[to + 1] = re * w[t + 1] + im * w[t];
}
