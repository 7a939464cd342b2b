/** Sampling at a grid by the fast kernels: pairs of neighbouring elements, elements outside, and padded ones that are no neighbours, compared with the reference kernels. */
import { Generator, nn, rand, randn, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

const modes = ["bilinear", "nearest", "bicubic"] as const;
const paddings = ["zeros", "border", "reflection"] as const;
const cases = modes.flatMap((mode) => paddings.map((paddingMode) => [mode, paddingMode] as const));

test.each(cases)("%s sampling with the padding %s of images with NaN", (mode, paddingMode) => {
  const generator = new Generator(3);
  for (const dtype of ["float32", "float64"] as const) {
    const elements = Float64Array.from(randn([2 * 3 * 6 * 7], { generator }).toTypedArray());
    for (const i of [0, 41, 42, 125, 251]) elements[i] = Number.NaN;
    const input = tensor(elements).reshape([2, 3, 6, 7]).to(dtype);
    const grid = rand([2, 5, 9, 2], { dtype, generator }).mul(2.8).sub(1.4);
    const run = (): Tensor => nn.functional.gridSample(input, grid, { mode, paddingMode, alignCorners: false });
    const [fast, reference] = [run(), withReferenceKernels(run)];
    expect(fast.isnan().toArray()).toEqual(reference.isnan().toArray());
    expect(fast.sub(reference).nanToNum().abs().max().item()).toBeLessThan(dtype === "float32" ? 2e-5 : 1e-12);
  }
});
