/** Transposed convolutions whose output padding is at least the stride. Random windows are compared with PyTorch in test/conformance/edges.test.ts. */
import { autograd, manualSeed, nn, randn, type Tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

const { conv2d, convTranspose2d } = nn.functional;
const options = { stride: [3, 2], padding: [1, 2], outputPadding: [2, 3], groups: 2, dilation: [4, 4] };

const inputs = (dtype: "float32" | "float64"): [Tensor, Tensor, Tensor] => {
  manualSeed(1);
  const leaf = (...shape: number[]): Tensor => randn(shape, { dtype, requiresGrad: true });
  return [leaf(2, 4, 4), leaf(2, 2, 4, 5), leaf(4)];
};

test("all gradients exist for an output padding below the dilation, but not below the stride", () => {
  const [x, w, b] = inputs("float32");
  const y = convTranspose2d(x, w, b, options);
  expect(y.shape).toEqual([4, 22, 22]);
  y.square().sum().backward();
  expect([x, w, b].map((t) => t.grad?.shape)).toEqual([x.shape, w.shape, b.shape]);
});

test("its first and second derivatives agree with finite differences", () => {
  const f = (x: Tensor, w: Tensor, b: Tensor): Tensor => convTranspose2d(x, w, b, options);
  expect(autograd.gradcheck(f, inputs("float64"))).toBe(true);
  expect(autograd.gradgradcheck(f, inputs("float64"))).toBe(true);
});

test("a result without elements is refused", () => {
  expect(() =>
    convTranspose2d(zeros([1, 1, 1, 4]), zeros([1, 1, 1, 2]), { stride: 2, dilation: 2, padding: 2 }),
  ).toThrow(
    "convTranspose2d: the result must have sizes of at least 1; use less padding (input, result), but got [1, 1, 1, 4] and [1, 1, -3, 5]",
  );
  expect(() => conv2d(zeros([1, 1, 0, 4]), zeros([1, 1, 1, 1]))).toThrow(
    "conv2d: the sizes behind the channels must be at least 1, but got [1, 1, 0, 4]",
  );
});
