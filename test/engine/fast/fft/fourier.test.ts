/** The kernels of Fourier transforms, compared with the reference kernels on lengths of every kind. */
import { autograd, fft, type Tensor, viewAsComplex } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { withEagerKernels } from "../../../../engine/src/fast/wasm/module.ts";
import { sampleSource } from "../../../support/samples.ts";

type Double = "float32" | "float64";

const r = sampleSource(11);
const real = (dtype: Double, ...shape: number[]): Tensor => r.normal(shape).to(dtype);
const complex = (dtype: Double, ...shape: number[]): Tensor => viewAsComplex(real(dtype, ...shape, 2));

/** Expects equal elements, up to rounding relative to the largest one. */
function agree(fast: Tensor, reference: Tensor, dtype: Double): void {
  expect(fast.shape).toEqual(reference.shape);
  expect(fast.dtype).toBe(reference.dtype);
  const [a, b] = [fast, reference].map((t) => Array.from(t.toTypedArray(), Number));
  const scale = Math.max(...b.map(Math.abs));
  expect(Math.max(...a.map((v, i) => Math.abs(v - b[i]))) / scale).toBeLessThan(dtype === "float32" ? 1e-6 : 1e-14);
}

/** Compares a transform, and its gradient, computed by both kernels. */
function compare(x: Tensor, transform: (x: Tensor) => Tensor, dtype: Double): void {
  const both = (): readonly [Tensor, Tensor] => {
    const leaf = x.detach();
    leaf.requiresGrad = true;
    const y = transform(leaf);
    const weights = y.detach().roll(1);
    return [y.detach(), autograd.grad(y, [leaf], { gradOutputs: weights })[0]];
  };
  const reference = withReferenceKernels(both);
  const fast = withEagerKernels(both);
  agree(fast[0], reference[0], dtype);
  agree(fast[1], reference[1], dtype);
}

// powers and products of the radices, primes with passes of their own, and lengths that are transformed by a convolution
const lengths = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 17, 30, 31, 37, 64, 74, 77, 97, 101, 202, 499, 500, 625, 729,
];

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test.each(lengths)("transforms of length %i", (n) => {
    for (const options of [{}, { norm: "ortho" as const }]) {
      compare(complex(dtype, 3, n), (x) => fft.fft(x, options), dtype);
      compare(complex(dtype, 3, n), (x) => fft.ifft(x, options), dtype);
      compare(real(dtype, 5, n), (x) => fft.fft(x, options), dtype);
      compare(real(dtype, 5, n), (x) => fft.rfft(x, options), dtype);
      compare(real(dtype, 5, n), (x) => fft.ihfft(x, options), dtype);
      compare(complex(dtype, 5, Math.floor(n / 2) + 1), (x) => fft.irfft(x, { n, ...options }), dtype);
      compare(complex(dtype, 5, Math.floor(n / 2) + 1), (x) => fft.hfft(x, { n, ...options }), dtype);
    }
  });

  test.each([
    [
      [4, 6],
      [0, 1],
    ],
    [[3, 4, 5], [0]],
    [[3, 4, 5], [1]],
    [
      [3, 5, 9],
      [2, 0],
    ],
    [
      [2, 3, 4, 5],
      [1, 3, 2],
    ],
    [
      [7, 8, 1],
      [0, 2, 1],
    ],
    // columns that are transformed in blocks, and shorter ones, of which whole groups are neighbours
    [[80, 100], [0]],
    [[16, 100], [0]],
    // tensors larger than the cache, whose near dimensions are transformed part by part
    [
      [11, 40, 48],
      [2, 1],
    ],
    [
      [7, 5, 24, 30],
      [0, 2, 3],
    ],
    [
      [2, 20, 70],
      [1, 2],
    ],
  ])("transforms of a tensor of shape %j along dimensions %j", (shape, dim) => {
    compare(complex(dtype, ...shape), (x) => fft.fftn(x, { dim }), dtype);
    compare(complex(dtype, ...shape), (x) => fft.ifftn(x, { dim }), dtype);
    compare(real(dtype, ...shape), (x) => fft.fftn(x, { dim }), dtype);
    compare(real(dtype, ...shape), (x) => fft.rfftn(x, { dim }), dtype);
    compare(complex(dtype, ...shape), (x) => fft.irfftn(x, { dim }), dtype);
    compare(complex(dtype, ...shape), (x) => fft.hfftn(x, { dim }), dtype);
  });

  test.each([2048, 3000, 4095])("a line of %i elements, which is transformed as a matrix", (n) => {
    compare(complex(dtype, n), (x) => fft.fft(x), dtype);
    compare(complex(dtype, 3, n), (x) => fft.ifft(x, { norm: "ortho" }), dtype);
  });

  test("a tensor that is transposed in memory", () => {
    compare(complex(dtype, 6, 5), (x) => fft.fft(x.transpose(0, 1)), dtype);
    compare(real(dtype, 6, 5), (x) => fft.rfft(x.transpose(0, 1)), dtype);
  });
});

test("a line does not change its neighbours", () => {
  const x = complex("float32", 5, 64);
  const y = fft.fft(x);
  const changed = complex("float32", 5, 64).mul(1e6);
  changed.at(2).copy_(x.at(2));
  expect(fft.fft(changed).at(2).toTypedArray()).toEqual(y.at(2).toTypedArray());
});
