/** Sampling at a grid and resampling, where samples of PyTorch's database do not reach: NaN, kinks, and errors. */
import { affineGrid, gridSample, interpolate, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const image = tensor([[[[1, 2, 4]]]], { dtype: "float64" });

/** Returns the values of the image at the x of each position, and the gradient of their sum with respect to x. */
function sampled(xs: readonly number[], options: NonNullable<Parameters<typeof gridSample>[2]>): readonly number[][] {
  const grid = tensor([[xs.map((x) => [x, 0])]], { dtype: "float64" }).requiresGrad_();
  const y = gridSample(image, grid, options);
  y.sum().backward();
  return [[...y.toTypedArray()], [...(grid.grad as Tensor).select(3, 0).contiguous().toTypedArray()]];
}

describe("gridSample", () => {
  test("takes NaN for -1, as PyTorch documents, with gradient 0", () => {
    const [values, slopes] = sampled([Number.NaN, -1], { alignCorners: true });
    expect(values).toEqual([1, 1]);
    expect(slopes[0]).toBe(0);
  });
  test("has slope 0 where the padding limits a position, and at the limit itself", () => {
    const [values, slopes] = sampled([-3, -1, 0.5, 1, 3], { alignCorners: true, paddingMode: "border" });
    expect(values).toEqual([1, 1, 3, 4, 4]);
    expect(slopes).toEqual([0, 0, 2, 0, 0]);
  });
  test("reflects at the outer edges, where the slope changes its sign", () => {
    const [values, slopes] = sampled([0.5, 1.5], { paddingMode: "reflection" });
    expect(values[0]).toBeCloseTo(values[1], 12);
    expect(slopes[0]).toBeCloseTo(-slopes[1], 12);
  });
  test("takes the even of two nearest elements, and gives the grid the gradient 0", () => {
    const [values, slopes] = sampled([-0.5, 0.5], { alignCorners: true, mode: "nearest" });
    expect(values).toEqual([1, 4]);
    expect(slopes).toEqual([0, 0]);
  });
  test("gives back the image at the grid of the identity", () => {
    const grid = affineGrid(tensor([[[1, 0, 0], [0, 1, 0]]], { dtype: "float64" }), [1, 1, 1, 3]); // biome-ignore format: a matrix
    expect(gridSample(image, grid).toArray()).toEqual(image.toArray());
  });
  test("refuses a grid for another number of dimensions, and bicubic sampling of volumes", () => {
    expect(() => gridSample(image, zeros([1, 2, 2, 3], { dtype: "float64" }))).toThrow("gridSample: expected images");
    expect(() => gridSample(zeros([1, 1, 2, 2, 2]), zeros([1, 1, 1, 1, 3]), { mode: "bicubic" })).toThrow(
      "gridSample: mode bicubic is for images",
    );
  });
});

describe("interpolate", () => {
  test("keeps the corners with alignCorners, and repeats the edge without", () => {
    const x = tensor([[[0, 2]]]);
    expect(interpolate(x, 3, { mode: "linear", alignCorners: true }).toArray()).toEqual([[[0, 1, 2]]]);
    expect(interpolate(x, 4, { mode: "linear" }).toArray()).toEqual([[[0, 0.5, 1.5, 2]]]);
  });
  test("computes positions from the factor, or from the sizes with recomputeScaleFactor", () => {
    const x = tensor([[[0, 1, 2]]]);
    const options = { scaleFactor: 1.5, mode: "linear" } as const;
    expect(interpolate(x, options).toArray()).not.toEqual(
      interpolate(x, { ...options, recomputeScaleFactor: true }).toArray(),
    );
    expect(interpolate(x, { ...options, recomputeScaleFactor: true }).toArray()).toEqual(
      interpolate(x, 4, { mode: "linear" }).toArray(),
    );
  });
  test("filters with antialias: a smaller image keeps the mean of a fine pattern", () => {
    const stripes = zeros([1, 1, 8, 8]);
    stripes.select(3, 1).fill_(1);
    stripes.select(3, 5).fill_(1);
    const mean = (antialias: boolean): number =>
      interpolate(stripes, [8, 2], { mode: "bilinear", antialias }).mean().item();
    expect(mean(true)).toBeCloseTo(0.25, 1);
    expect(mean(false)).toBeCloseTo(0.5, 6);
  });
  test.each([
    [() => interpolate(zeros([1, 1, 3])), "interpolate: expected either size or scaleFactor"],
    [() => interpolate(zeros([1, 1, 3]), 2, { scaleFactor: 2 }), "interpolate: expected either size or scaleFactor"],
    [() => interpolate(zeros([1, 1, 3]), 2, { mode: "bilinear" }), 'interpolate: mode "bilinear" needs an input of 4'],
    [() => interpolate(zeros([1, 1, 3]), 2, { alignCorners: true }), "interpolate: alignCorners is for the modes"],
    [() => interpolate(zeros([1, 1, 3]), 2, { antialias: true }), "interpolate: antialias is for the modes"],
    [() => interpolate(zeros([1, 1, 3]), { scaleFactor: 0.1 }), "interpolate: spatial sizes of the input and of the"],
  ])("%#", (body, message) => {
    expect(body).toThrow(message);
  });
});
