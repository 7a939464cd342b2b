/** The fast gradient of a square whose cotangent is one number agrees with the rule of the op. */
import { autograd, randn, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

const losses: Readonly<Record<string, (y: Tensor) => Tensor>> = {
  sum: (y) => y.sum(),
  mean: (y) => y.mean(),
  "a product with a number": (y) => y.sum().mul(-0.3),
  "an infinite factor": (y) => y.sum().mul(Number.POSITIVE_INFINITY),
  "a sum of rows": (y) =>
    y
      .sum(0)
      .mul(tensor([1, 2, 3, 4, 5]))
      .sum(),
};

test.each(Object.entries(losses))("%s", (_name, loss) => {
  for (const shape of [
    [20, 5],
    [3, 5],
    [1, 5],
  ]) {
    const x = randn(shape).requiresGrad_();
    for (const y of [x, x.transpose(0, 1).contiguous().transpose(0, 1)]) {
      const gradient = (): number[] => Array.from(autograd.grad(loss(y.square()), x)[0].toTypedArray());
      expect(gradient()).toEqual(withReferenceKernels(gradient));
    }
  }
});
