/** Arguments of Fourier transforms, of windows, and of what draws random numbers. */
import { as, normal, uniform } from "../data.mjs";

const n = 1024;
const million = n * n;
const square = normal(512, 512);
const complex = as("complex64", square);
const rows = normal(n, n);
const hermitian = as("complex64", normal(512, 257));
const probabilities = uniform(0.05, 0.95, n, n);
const odd = as("complex64", normal(500, 500));
const prime = as("complex64", normal(499, 499));

export const signal = {
  fft: [
    { input: as("complex64", rows) },
    { title: "fft, dimension 0", input: as("complex64", rows), dim: 0 },
    { title: "fft, of reals", input: rows },
    { title: "fft, 500 elements", input: odd },
    { title: "fft, 499 elements", input: prime },
    { title: "fft, a long line", input: as("complex64", normal(million)) },
    { title: "fft, complex128", input: as("complex128", square) },
  ],
  ifft: [{ input: as("complex64", rows) }],
  rfft: [{ input: rows }, { title: "rfft, 500 elements", input: normal(500, 500) }],
  irfft: [{ input: as("complex64", normal(n, 513)) }],
  hfft: [{ input: as("complex64", normal(n, 513)) }],
  ihfft: [{ input: rows }],
  fft2: [{ input: complex }],
  ifft2: [{ input: complex }],
  rfft2: [{ input: square }],
  irfft2: [{ input: hermitian }],
  hfft2: [{ input: hermitian }],
  ihfft2: [{ input: square }],
  fftn: [{ input: as("complex64", normal(64, 64, 64)) }],
  ifftn: [{ input: as("complex64", normal(64, 64, 64)) }],
  rfftn: [{ input: normal(64, 64, 64) }],
  irfftn: [{ input: as("complex64", normal(64, 64, 33)) }],
  hfftn: [{ input: as("complex64", normal(64, 64, 33)) }],
  ihfftn: [{ input: normal(64, 64, 64) }],
  fftshift: [{ input: rows }],
  ifftshift: [{ input: rows }],
  fftfreq: [{ n: million }],
  rfftfreq: [{ n: million }],
  stft: [{ input: normal(8, 65_536), nFft: 512, hopLength: 128, window: uniform(0.5, 1, 512), returnComplex: true }],
  istft: [{ input: as("complex64", normal(8, 257, 513)), nFft: 512, hopLength: 128, window: uniform(0.5, 1, 512) }],
  hannWindow: [{ windowLength: million }],
  hammingWindow: [{ windowLength: million }],
  blackmanWindow: [{ windowLength: million }],
  bartlettWindow: [{ windowLength: million }],
  kaiserWindow: [{ windowLength: million }],
  // random numbers
  normal: [{ compares: false, mean: rows, std: uniform(0.5, 2, n, n) }],
  bernoulli: [{ compares: false, input: probabilities }],
  poisson: [{ compares: false, input: uniform(0, 20, n, n) }],
  binomial: [
    {
      compares: false,
      count: { kind: "spread", dtype: "float32", values: [[1, 5, 12, 20], 1], shape: [n, n] },
      prob: probabilities,
    },
  ],
  multinomial: [
    { compares: false, input: uniform(0, 1, 64, n), numSamples: n, replacement: true },
    { title: "multinomial, without replacement", compares: false, input: uniform(0, 1, 64, n), numSamples: 100 },
  ],
  dropout: [
    { compares: false, input: rows, p: 0.5 },
    { title: "dropout, float64", compares: false, input: as("float64", rows), p: 0.5 },
  ],
  dropout1d: [{ compares: false, input: normal(16, 64, n), p: 0.5 }],
  dropout2d: [{ compares: false, input: normal(16, 16, 64, 64), p: 0.5 }],
  dropout3d: [{ compares: false, input: normal(4, 8, 32, 32, 32), p: 0.5 }],
  alphaDropout: [{ compares: false, input: rows, p: 0.5, training: true }],
  featureAlphaDropout: [{ compares: false, input: normal(16, 16, 64, 64), p: 0.5, training: true }],
  gumbelSoftmax: [{ compares: false, logits: rows, tau: 0.7 }],
  rrelu: [{ compares: false, input: rows, training: true }],
  uniform_: [
    { compares: false, input: rows },
    { title: "uniform_, float64", compares: false, input: as("float64", rows) },
  ],
  normal_: [
    { compares: false, input: rows },
    { title: "normal_, float64", compares: false, input: as("float64", rows) },
  ],
  exponential_: [{ compares: false, input: rows }],
  cauchy_: [{ compares: false, input: rows }],
  logNormal_: [{ compares: false, input: rows }],
  geometric_: [{ compares: false, input: rows, p: 0.3 }],
  random_: [{ compares: false, input: rows, from: 0, to: 1000 }],
};
