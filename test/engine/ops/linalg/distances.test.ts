/** Gradients of distances between so many points that their rules take blocks of rows, or products of matrices. */
import { autograd, cdist, func, Generator, randn, type Tensor } from "tapelab";
import { expect, test } from "vitest";

const generator = new Generator(3);
const points = (shape: readonly number[]): Tensor => randn(shape, { generator, dtype: "float64" });

test.each([2, 1, 3, Infinity])("of order %d are those of parts of the points", (p) => {
  const [x, z, g] = [points([2, 130, 60]), points([90, 60]), points([2, 130, 90])];
  for (const t of [x, z]) t.requiresGrad = true;
  const whole = autograd.grad([cdist(x, z, p)], [x, z], { gradOutputs: [g] }) as Tensor[];
  // two rows at a time, which are few enough for all differences at once
  const parts = Array.from({ length: 65 }, (_, i) => cdist(x.narrow(1, 2 * i, 2), z, p));
  const cotangents = parts.map((_, i) => g.narrow(1, 2 * i, 2));
  const expected = autograd.grad(parts, [x, z], { gradOutputs: cotangents }) as Tensor[];
  whole.forEach((t, i) => expect(t.sub(expected[i]).abs().amax().item()).toBeLessThan(1e-11));
  const [dx, dz] = [points(x.shape), points(z.shape)];
  const [, tangent] = func.jvp((a: Tensor, b: Tensor) => cdist(a, b, p), [x.detach(), z.detach()], [dx, dz]);
  const paired = whole[0].mul(dx).sum().add(whole[1].mul(dz).sum()).item();
  expect(tangent.mul(g).sum().item()).toBeCloseTo(paired, 7);
});
