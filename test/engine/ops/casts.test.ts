/** Casts between all dtypes, of few elements and of as many as kernels take over. */
import { complex, type DType, stack, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { dtypes, isComplex } from "../../../engine/src/tensor/dtype.ts";

/** The integers 1, 2, 3, which every dtype but bool has, as elements of a dtype. */
const expected = (from: DType, to: DType): unknown[] =>
  [1, 2, 3].map((v) => {
    const value = from === "bool" ? 1 : v;
    return to === "bool" ? true : isComplex(to) ? { re: value, im: 0 } : value;
  });

describe.each([3, 60, 144, 1000, 40000])("%i elements", (n) => {
  const pairs = dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const));
  test.each(pairs)("from %s to %s", (from, to) => {
    const x = tensor(Float64Array.from({ length: n }, (_, i) => (i % 3) + 1)).to(from);
    const y = x.to(to);
    expect(y.dtype).toBe(to);
    expect(y.narrow(0, 0, 3).toArray()).toEqual(expected(from, to));
    expect(y.narrow(0, n - 3, 3).toArray()).toEqual(
      n % 3 === 0 ? expected(from, to) : [expected(from, to)[1], expected(from, to)[2], expected(from, to)[0]],
    );
  });
});

test("results of complex operands that are counted are int64", () => {
  const z = complex(
    tensor([
      [1, 0, 2],
      [0, 0, 3],
    ]),
    zeros(2, 3),
  );
  expect(z.countNonzero(1).toArray()).toEqual([2, 1]);
  expect(z.countNonzero(0).toArray()).toEqual([1, 0, 2]);
});

test("a gradient is cast back through half floats", () => {
  const x = tensor(
    Float64Array.from({ length: 144 }, (_, i) => i),
    { requiresGrad: true },
  );
  x.bfloat16().sum().backward();
  expect(x.grad?.dtype).toBe("float64");
  expect(x.grad?.eq(1).all().item()).toBe(1);
});

const layouts: Readonly<Record<string, (x: Tensor, n: number) => Tensor>> = {
  expanded: (x, n) => x.unsqueeze(0).expand([n, 2, 3]),
  permuted: (x, n) => x.unsqueeze(2).expand([2, 3, n]).permute(2, 0, 1),
  joined: (x, n) => stack(new Array<Tensor>(n).fill(x.t().contiguous().t())),
};

describe.each([5, 24, 400])("copies of %i strided matrices", (n) => {
  test.each(dtypes.flatMap((dtype) => Object.keys(layouts).map((layout) => [dtype, layout] as const)))(
    "of %s, %s",
    (dtype, layout) => {
      const x = tensor([[1, 2, 3], [4, 5, 6]]).to(dtype); // biome-ignore format: a matrix
      const y = layouts[layout](x, n);
      for (const copy of [y.contiguous(), y.clone()])
        for (const k of [0, n - 1]) expect(copy.select(0, k).toArray()).toEqual(x.toArray());
    },
  );
});
