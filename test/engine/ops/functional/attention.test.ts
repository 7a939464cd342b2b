/** Attention of queries that attend to no key: zeros without a gradient. PyTorch's values are compared in test/conformance/edges.test.ts. */
import { autograd, manualSeed, nn, ones, randn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const { scaledDotProductAttention } = nn.functional;

/** Whether a query attends to a key; the second attends to none. */
const allowed = (queries: number, keys: number): Tensor =>
  tensor(
    Array.from({ length: queries }, (_, i) => Array.from({ length: keys }, (_, j) => i !== 1 && (i + j) % 3 !== 1)),
  );

const added = (mask: Tensor, dtype: "float32" | "float64"): Tensor =>
  zeros(mask.shape, { dtype }).where(mask, Number.NEGATIVE_INFINITY);

describe.each(["float32", "float64"] as const)("a query that attends to no key, in %s", (dtype) => {
  // few elements, and so many that they lie in the arena
  describe.each([
    [[3, 2], 4, 2],
    [[2, 5, 8], 7, 9],
  ])("queries %j, %i keys", (shape, keys, width) => {
    const queries = shape[shape.length - 2];
    const lead = shape.slice(0, -2);
    const inputs = (): [Tensor, Tensor, Tensor] => {
      manualSeed(3);
      const leaf = (...size: number[]): Tensor => randn([...lead, ...size], { dtype, requiresGrad: true });
      return [leaf(queries, shape[shape.length - 1]), leaf(keys, shape[shape.length - 1]), leaf(keys, width)];
    };
    const mask = allowed(queries, keys);

    test.each([
      ["bool", mask],
      ["added", added(mask, dtype)],
    ])("a mask that is %s gives 0, and finite gradients of first and second order", (_, attnMask) => {
      const [q, k, v] = inputs();
      const y = scaledDotProductAttention(q, k, v, { attnMask });
      expect(
        y
          .select(-2, 1)
          .toTypedArray()
          .every((e) => e === 0),
        "the row is 0",
      ).toBe(true);
      expect(
        y
          .select(-2, 0)
          .toTypedArray()
          .some((e) => e !== 0),
        "others are not",
      ).toBe(true);
      const first = autograd.grad(y.square().sum(), [q, k, v], { createGraph: true });
      expect(
        first[0]
          .select(-2, 1)
          .toTypedArray()
          .every((e) => e === 0),
        "no gradient to the query",
      ).toBe(true);
      const total = first.map((g) => g.square().sum()).reduce((a, b) => a.add(b));
      for (const g of [...first, ...autograd.grad(total, [q, k, v])])
        expect(g.isfinite().toTypedArray().every(Boolean), "gradients are finite").toBe(true);
    });

    test("the other rows have the gradients of attention without that query", () => {
      const [q, k, v] = inputs();
      const y = scaledDotProductAttention(q, k, v, { attnMask: mask });
      const [dk, dv] = autograd.grad(y.sum(), [k, v]);
      const rest = [0, ...Array.from({ length: queries - 2 }, (_, i) => i + 2)];
      const index = tensor(Int32Array.from(rest));
      const z = scaledDotProductAttention(q.indexSelect(-2, index), k, v, { attnMask: mask.indexSelect(0, index) });
      const [ek, ev] = autograd.grad(z.sum(), [k, v]);
      expect(dk.sub(ek).abs().amax().item()).toBeLessThan(1e-5);
      expect(dv.sub(ev).abs().amax().item()).toBeLessThan(1e-5);
    });
  });

  test.each([false, true])("no keys at all, causal: %s", (isCausal) => {
    const q = randn([2, 20, 4], { dtype, requiresGrad: true });
    const k = zeros([2, 0, 4], { dtype, requiresGrad: true });
    const v = zeros([2, 0, 3], { dtype, requiresGrad: true });
    const y = scaledDotProductAttention(q, k, v, { isCausal });
    expect(y.shape).toEqual([2, 20, 3]);
    expect(y.abs().sum().item()).toBe(0);
    const [dq, dk] = autograd.grad(y.sum(), [q, k]);
    expect(dq.abs().sum().item()).toBe(0);
    expect(dk.shape).toEqual([2, 0, 4]);
  });

  test("more queries than keys, causal", () => {
    const [q, k, v] = [randn([40, 8], { dtype }), randn([9, 8], { dtype }), ones([9, 8], { dtype })];
    const y = scaledDotProductAttention(q, k, v, { isCausal: true });
    expect(y.sub(1).abs().amax().item()).toBeLessThan(1e-5);
  });

  test("scores that are all -∞, without a mask, in both kernels", () => {
    for (const n of [2, 16]) {
      const q = ones([n, n], { dtype }).mul(Number.POSITIVE_INFINITY);
      const y = scaledDotProductAttention(q, ones([n, n], { dtype }).mul(-1), ones([n, n], { dtype }));
      expect(y.abs().sum().item(), `${n} queries`).toBe(0);
    }
  });
});

test("second derivatives of masked attention agree with finite differences", () => {
  manualSeed(5);
  const leaf = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", requiresGrad: true });
  const attnMask = allowed(3, 4);
  const f = (q: Tensor, k: Tensor, v: Tensor): Tensor => scaledDotProductAttention(q, k, v, { attnMask });
  expect(autograd.gradgradcheck(f, [leaf(3, 2), leaf(4, 2), leaf(4, 2)])).toBe(true);
});

test("a mask may not enlarge the result, and must be bool or float", () => {
  const [q, k] = [zeros([2, 3, 4]), zeros([2, 5, 4])];
  expect(() => scaledDotProductAttention(q, k, k, { attnMask: zeros([7, 2, 3, 5]) })).toThrow(
    "scaledDotProductAttention: attnMask must broadcast to the shape of the result (attnMask, result), but got [7, 2, 3, 5] and [2, 3, 5]",
  );
  expect(() => scaledDotProductAttention(q, k, k, { attnMask: zeros([3, 5], { dtype: "int32" }) })).toThrow(
    "scaledDotProductAttention: attnMask must be bool, float32, or have the dtype of the query, but got int32 and float32",
  );
});
