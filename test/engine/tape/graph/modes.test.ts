import {
  autograd,
  enableGrad,
  inferenceMode,
  isGradEnabled,
  noGrad,
  setGradEnabled,
  type Tensor,
  tensor,
} from "tapelab";
import { afterEach, describe, expect, test } from "vitest";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });
const later = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

afterEach(() => setGradEnabled(true));

describe("modes", () => {
  test("noGrad, enableGrad and wrapped functions nest", () => {
    const x = leaf([1]);
    const [off, on] = noGrad(() => [x.mul(2), enableGrad(() => x.mul(2))]);
    expect([off?.requiresGrad, on?.requiresGrad]).toEqual([false, true]);
    const double = noGrad.wrap((t: Tensor, by: number) => t.mul(by));
    expect(double(x, 2).requiresGrad).toBe(false);
    expect(x.mul(2).requiresGrad).toBe(true);
  });
  test("an error leaves the mode", () => {
    expect(() =>
      noGrad(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(isGradEnabled()).toBe(true);
  });
  test("async bodies that overlap leave recording on when both are over", async () => {
    const first = noGrad(() => later(5));
    const second = noGrad(() => later(15));
    expect(isGradEnabled()).toBe(false);
    await first;
    expect(isGradEnabled(), "while the second body runs").toBe(false);
    await second;
    expect(isGradEnabled(), "when both are over").toBe(true);
  });
  test("setGradEnabled lasts until the end of the mode that it is called in, or of its body", () => {
    noGrad(() => {
      setGradEnabled(true);
      expect(isGradEnabled()).toBe(true);
    });
    expect(setGradEnabled(false, () => isGradEnabled())).toBe(false);
    setGradEnabled(false);
    expect(isGradEnabled()).toBe(false);
  });
});

describe("inferenceMode", () => {
  test("returns tensors that backward cannot save, without a version counter", () => {
    const [made, one] = inferenceMode(() => [tensor([1, 2]).mul(2), tensor(3)]);
    expect([made?.isInference(), one?.isInference()]).toEqual([true, true]);
    const x = leaf([1, 2]);
    expect(() => x.mul(made)).toThrow("mul: an inference tensor cannot be saved for backward; clone() it");
    x.mul(made.clone()).sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 4]);
    expect(() => made.add_(1)).toThrow("an inference tensor cannot be changed in place");
    expect(() => made.requiresGrad_()).toThrow("inference tensor");
    inferenceMode(() => made.add_(1));
    expect(made?.toArray()).toEqual([3, 5]);
  });
  test("does not mark tensors from before, nor numbers", () => {
    const x = leaf([1]);
    inferenceMode(() => tensor([1]).mul(0.12345));
    x.mul(0.12345).sum().backward();
    expect(x.grad?.item()).toBeCloseTo(0.12345);
    const v = tensor([1]);
    inferenceMode(() => v.add_(1));
    expect(v.version).toBe(1);
  });
});

describe("autograd.grad", () => {
  test("takes records, edges and unused inputs", () => {
    const [a, b, unused] = [leaf(2), leaf(3), leaf([1, 1])];
    const y = a.mul(b);
    expect(autograd.grad(y, { a, b }, { retainGraph: true }).b.item()).toBe(2);
    expect(() => autograd.grad(y, { a, other: unused }, { retainGraph: true })).toThrow("input other of shape [2]");
    expect(autograd.grad(y, [unused], { allowUnused: true, retainGraph: true })).toEqual([null]);
    const [zeros] = autograd.grad(y, [unused], { materializeGrads: true, retainGraph: true });
    expect(zeros?.toArray()).toEqual([0, 0]);
    expect(() => autograd.grad(y, [unused], { materializeGrads: true, allowUnused: false })).toThrow("cannot go with");
    const edge = autograd.getGradientEdge(y);
    expect(autograd.grad(edge, [autograd.getGradientEdge(a)])[0]?.item()).toBe(3);
  });
  test("differentiates with respect to intermediate results", () => {
    const x = leaf([1, 2]);
    const h = x.mul(3);
    const [dh] = autograd.grad(h.mul(h).sum(), [h]);
    expect(dh?.toArray()).toEqual([6, 12]);
    const again = x.mul(3);
    const [byEdge] = autograd.grad(again.mul(again).sum(), [autograd.getGradientEdge(again)]);
    expect(byEdge?.toArray()).toEqual([6, 12]);
  });
  test("takes a batch of cotangents", () => {
    const x = leaf([1, 2, 3]);
    const [jacobian] = autograd.grad(x.mul(x), [x], {
      gradOutputs: tensor([
        [1, 0, 0],
        [0, 1, 0],
      ]),
      isGradsBatched: true,
    });
    expect(jacobian?.toArray()).toEqual([
      [2, 0, 0],
      [0, 4, 0],
    ]);
  });
  test("gradients of an expanded tensor take no memory for the repeated elements", () => {
    const x = leaf(2);
    const seen: number[] = [];
    const wide = x.expand([1000, 1000]);
    wide.registerHook((g) => void seen.push(g.storage.length));
    wide.sum().backward();
    expect(x.grad?.item()).toBe(1e6);
    expect(seen, "elements that the gradient of a million stores").toEqual([1]);
  });
});

describe("leaving the tape", () => {
  test("detach_ turns a result into a leaf, and refuses views", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    expect(y.detach_()).toBe(y);
    expect([y.isLeaf, y.requiresGrad]).toEqual([true, false]);
    expect(() => x.mul(2).narrow(0, 0, 1).detach_()).toThrow("a view cannot be detached in place");
  });
});
