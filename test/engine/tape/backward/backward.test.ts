import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { arange, autograd, enableGrad, isGradEnabled, noGrad, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

describe("backward", () => {
  test("accumulates gradients in leaves", () => {
    const x = leaf([1, 2]);
    x.mul(x).sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 4]);
    x.mul(3).sum().backward();
    expect(x.grad?.toArray()).toEqual([5, 7]);
  });
  test("adds the contributions of a tensor that is used twice", () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.mul(y).add(y).backward();
    expect(x.grad?.item()).toBe(2 * 2 * 6 + 2);
  });
  test("takes a cotangent for a tensor of several elements", () => {
    const x = leaf([1, 2]);
    x.mul(x).backward(tensor([1, 10]));
    expect(x.grad?.toArray()).toEqual([2, 40]);
  });
  test("accumulates only in the given inputs", () => {
    const [a, b] = [leaf(2), leaf(3)];
    a.mul(b).backward({ inputs: [a] });
    expect(a.grad?.item()).toBe(3);
    expect(b.grad).toBeNull();
  });
  test("gives each leaf a gradient that shares no memory", () => {
    const [a, b] = [leaf([1]), leaf([1])];
    a.add(b).sum().backward();
    a.grad?.fill_(7);
    expect(b.grad?.toArray()).toEqual([1]);
  });
  test("propagates no gradient through integers and comparisons", () => {
    const x = leaf([1, -2]);
    x.where(x.gt(0), 0).sum().backward();
    expect(x.grad?.toArray()).toEqual([1, 0]);
    expect(x.argmax().requiresGrad).toBe(false);
  });
  test("keeps the dtype of each leaf", () => {
    const x = leaf([1, 2]);
    const y = tensor([3, 4], { dtype: "float64", requiresGrad: true });
    x.mul(y).sum().backward();
    expect(x.grad?.dtype).toBe("float32");
    expect(y.grad?.dtype).toBe("float64");
  });
});

describe("errors say what to do", () => {
  test("backward of a tensor of several elements", () => {
    expect(() => leaf([1, 2]).mul(2).backward()).toThrow(
      "backward: only a scalar has an implicit gradient, but got [2]; reduce it first, as in x.sum(), or pass a gradient of that shape",
    );
  });
  test("backward twice", () => {
    const x = leaf(2);
    const y = x.mul(x);
    y.backward();
    expect(() => y.backward()).toThrow(
      "backward: the saved tensors of mul were freed by an earlier backward; pass { retainGraph: true } to that call",
    );
    const z = x.mul(x);
    z.backward({ retainGraph: true });
    z.backward();
    expect(x.grad?.item()).toBe(12);
  });
  test("backward of a tensor that requires no gradient", () => {
    expect(() => tensor(1).backward()).toThrow("backward: the tensor does not require a gradient");
    const x = leaf(1);
    expect(() => noGrad(() => x.mul(2)).backward()).toThrow("inside noGrad");
  });
  test("a gradient of another shape", () => {
    expect(() =>
      leaf([1, 2])
        .mul(2)
        .backward(tensor([1])),
    ).toThrow("backward: the gradient must have the shape of the tensor, but got [2] and [1]");
  });
  test("a saved tensor that was changed in place", () => {
    const x = leaf([1, 2]);
    const w = tensor([3, 4]);
    const y = x.mul(w).sum();
    w.add_(1);
    expect(() => y.backward()).toThrow("a tensor of shape [2] that mul saved was changed in place by add_");
  });
  test("a leaf that is changed in place", () => {
    expect(() => leaf([1]).add_(1)).toThrow(
      "add_: a leaf that requires a gradient cannot be changed in place; do it inside noGrad(() => …)",
    );
  });
  test("a failed op leaves the tape as it was", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    expect(() => y.add(tensor([1, 2, 3]))).toThrow("add: shapes must broadcast");
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 2]);
  });
});

describe("grad", () => {
  test("returns gradients and accumulates nothing", () => {
    const x = leaf(3);
    const [dx] = autograd.grad(x.mul(x), [x]);
    expect(dx?.item()).toBe(6);
    expect(x.grad).toBeNull();
  });
  test("differentiates with respect to results as well as leaves", () => {
    const x = leaf(3);
    const y = x.mul(2);
    const [dy] = autograd.grad(y.mul(y), [y]);
    expect(dy?.item()).toBe(12);
  });
  test("refuses an unused input unless allowUnused is set", () => {
    const [x, y] = [leaf(1), leaf([1, 2])];
    expect(() => autograd.grad(x.mul(2), [y])).toThrow("grad: input 0 of shape [2] was not used by the outputs");
    expect(autograd.grad(x.mul(2), [y], { allowUnused: true })).toEqual([null]);
  });
  test("with createGraph is differentiable to any order", () => {
    const x = leaf(2);
    let y: Tensor = x.pow(4);
    const orders: number[] = [];
    for (let i = 0; i < 4; i++) {
      [y] = autograd.grad(y, [x], { createGraph: true });
      orders.push(y.item());
    }
    expect(orders).toEqual([32, 48, 48, 24]);
  });
});

describe("modes", () => {
  test("noGrad and enableGrad nest, and end with the error too", () => {
    const x = leaf(1);
    noGrad(() => {
      expect(x.mul(2).requiresGrad).toBe(false);
      expect(enableGrad(() => x.mul(2)).requiresGrad).toBe(true);
    });
    expect(() =>
      noGrad(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(isGradEnabled()).toBe(true);
  });
  test("noGrad of an async body lasts until it settles", async () => {
    const x = leaf(1);
    const inside = await noGrad(async () => {
      await Promise.resolve();
      return x.mul(2).requiresGrad;
    });
    expect(inside).toBe(false);
    expect(isGradEnabled()).toBe(true);
  });
});

test("detach returns a tensor off the tape that shares the elements", () => {
  const x = leaf([1, 2]);
  const d = x.mul(1).detach();
  expect(d.requiresGrad).toBe(false);
  expect(d.isLeaf).toBe(true);
  expect(x.detach().storage).toBe(x.storage);
});

describe("graph objects", () => {
  test("gradFn has a name and edges to the nodes of the inputs", () => {
    const x = leaf([1, 2]);
    const y = x.exp().mul(x);
    expect(y.isLeaf).toBe(false);
    expect(y.gradFn?.name).toBe("MulBackward");
    const names = y.gradFn?.nextFunctions.map((f) => f?.[0].name);
    expect(names).toEqual(["ExpBackward", "AccumulateGrad"]);
    expect(x.mul(2).gradFn?.nextFunctions[1]).toBeNull();
  });
  test("requiresGrad_ and its limits", () => {
    expect(tensor([1]).requiresGrad_().requiresGrad).toBe(true);
    expect(() => arange(2).requiresGrad_()).toThrow(
      "requiresGrad_: only float and complex tensors can require a gradient, but got int64",
    );
    const y = leaf(1).mul(2);
    expect(() => y.requiresGrad_(false)).toThrow("use detach() for a result");
  });
});

describe("hooks", () => {
  test("see the gradient, may replace it, and can be removed", () => {
    const x = leaf(3);
    const y = x.mul(2);
    const seen: number[] = [];
    const look = y.registerHook((g) => {
      seen.push(g.item());
    });
    y.registerHook((g) => g.mul(10));
    y.mul(y).backward({ retainGraph: true });
    expect(seen).toEqual([12]);
    expect(x.grad?.item()).toBe(240);
    look.remove();
    y.mul(y).backward();
    expect(seen).toEqual([12]);
  });
  test("on a leaf see the sum of all contributions", () => {
    const x = leaf(3);
    const seen: number[] = [];
    x.registerHook((g) => {
      seen.push(g.item());
    });
    x.mul(2).add(x.mul(5)).backward();
    expect(seen).toEqual([7]);
  });
  test("refuse a gradient of another shape, and a tensor without one", () => {
    const x = leaf([1, 2]);
    x.registerHook(() => tensor([1]));
    expect(() => x.mul(2).sum().backward()).toThrow("registerHook: a hook must return a gradient of the same shape");
    expect(() => tensor(1).registerHook(() => {})).toThrow("registerHook: the tensor does not require a gradient");
  });
  test("retainGrad keeps the gradient of a result", () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.retainGrad();
    y.mul(y).backward();
    expect(y.grad?.item()).toBe(12);
  });
});

async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  // a weak reference holds on until the current task ends
  await new Promise((resolve) => setTimeout(resolve, 0));
  gc();
}

describe("long graphs", () => {
  const length = 200_000;
  test("backward visits a chain of 200,000 nodes, and releases it", async () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < length; i++) y = y.mul(1);
    const early = new WeakRef(y.gradFn?.edges[0]?.node as object);
    y.backward();
    expect(x.grad?.item()).toBe(1);
    expect(y.gradFn?.released).toBe(true);
    y = x;
    await collectGarbage();
    expect(early.deref()).toBeUndefined();
  });
  test("a chain of values that are each used twice takes linear time", () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 60; i++) y = y.add(y).mul(0.5);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });
});

describe("backward inside of backward", () => {
  test("in a hook, through nodes that the outer pass has not visited yet, keeps the outer gradients right", () => {
    const x = leaf([1, 2]);
    const shared = x.mul(3);
    let inner: unknown = null;
    const y = shared.mul(shared);
    y.registerHook(() => {
      inner = enableGrad(() => autograd.grad(shared.mul(x).sum(), [x], { retainGraph: true })[0].toArray());
    });
    y.sum().add(x.mul(5).sum()).backward();
    expect(inner).toEqual([6, 12]);
    expect(x.grad?.toArray()).toEqual([18 + 5, 36 + 5]);
  });
  test("in a custom rule that another backward differentiates", () => {
    const square = autograd.customGradient((t: Tensor) => [
      t.mul(t),
      (g: Tensor) => enableGrad(() => autograd.grad(t.mul(t).sum(), [t])[0]).mul(g),
    ]);
    const x = leaf([3]);
    square(square(x)).add(x).sum().backward();
    expect(x.grad?.item()).toBe(4 * 27 + 1);
  });
});
