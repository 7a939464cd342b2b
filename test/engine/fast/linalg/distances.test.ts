/** Distances by the fast kernels: more points than a block, close points, points far from the origin, and gradients. */
import { cdist, Generator, pdist, randn, type Tensor } from "tapelab";
import { expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

const largest = (x: Tensor): number => x.abs().max().item();

test.each([
  ["random points", 0, 1],
  ["close points far from the origin", 100, 0.01],
])("%s", (_title, center, spread) => {
  const g = new Generator(8);
  for (const dtype of ["float32", "float64"] as const)
    for (const [m, n, k] of [
      [70, 90, 33],
      [40, 37, 3],
      [257, 130, 64],
    ])
      for (const p of [2, 1, 3, 0.5, Infinity, 0]) {
        const points = (rows: number): Tensor => randn([rows, k], { generator: g, dtype }).mul(spread).add(center);
        const [x, z] = [points(m), points(n)];
        // some pairs are equal, and some nearly so
        z.narrow(0, 0, 8).copy_(x.narrow(0, 0, 8));
        z.narrow(0, 8, 8).copy_(x.narrow(0, 8, 8).mul(1 + 1e-4));
        const results = (): Tensor[] => {
          const leaves = [x, z].map((t) => t.detach().requiresGrad_());
          const y = cdist(leaves[0], leaves[1], p);
          const pairs = pdist(leaves[1], p);
          y.sum().add(pairs.mul(pairs).sum()).backward();
          return [y, pairs, ...leaves.map((t) => t.grad as Tensor)].map((t) => t.detach().to("float64"));
        };
        const tolerance = dtype === "float32" ? 2e-4 : 1e-10;
        const reference = withReferenceKernels(results);
        results().forEach((y, i) => {
          expect(largest(y.sub(reference[i]))).toBeLessThanOrEqual(tolerance * (1 + largest(reference[i])));
        });
        expect(largest(results()[0].diagonal().narrow(0, 0, 8))).toBe(0);
      }
});
