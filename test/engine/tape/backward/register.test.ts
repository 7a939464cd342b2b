/** `retainGrad` and hooks on tensors that are changed in place, by themselves or through views, with the values of PyTorch 2.13. */
import { type DType, ones, type Tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const changes: Readonly<
  Record<
    string,
    { readonly run: (w: Tensor) => (Tensor | null)[]; readonly expected: readonly (readonly number[] | null)[] }
  >
> = {
  "a base that retains, changed through a view": {
    run: (w) => {
      const x = w.clone();
      x.retainGrad();
      x.narrow(0, 0, 2).mul_(3);
      x.sum().backward();
      return [x.grad, w.grad];
    },
    expected: [
      [1, 1, 1],
      [3, 3, 1],
    ],
  },
  "a view that retains and is not used after its base was changed": {
    run: (w) => {
      const x = w.clone();
      const v = x.narrow(0, 0, 2);
      v.retainGrad();
      x.mul_(3);
      x.sum().backward();
      return [v.grad, w.grad];
    },
    expected: [null, [3, 3, 3]],
  },
  "a view that retains and is used after its base was changed": {
    run: (w) => {
      const x = w.clone();
      const v = x.narrow(0, 0, 2);
      v.retainGrad();
      x.mul_(3);
      v.mul(5).sum().backward();
      return [v.grad, w.grad];
    },
    expected: [
      [5, 5],
      [15, 15, 0],
    ],
  },
  "a view that retains, changed itself": {
    run: (w) => {
      const v = w.clone().narrow(0, 0, 2);
      v.retainGrad();
      v.mul_(3);
      v.mul(5).sum().backward();
      return [v.grad, w.grad];
    },
    expected: [
      [5, 5],
      [15, 15, 0],
    ],
  },
  "a view that retains and is changed, of which only the base is used": {
    run: (w) => {
      const x = w.clone();
      const v = x.narrow(0, 0, 2);
      v.retainGrad();
      v.mul_(3);
      x.sum().backward();
      return [v.grad, w.grad];
    },
    expected: [null, [3, 3, 1]],
  },
  "a base and two overlapping views that all retain": {
    run: (w) => {
      const x = w.clone();
      x.retainGrad();
      const v = x.narrow(0, 0, 2);
      v.retainGrad();
      const u = x.narrow(0, 1, 2);
      u.retainGrad();
      v.mul_(3);
      u.mul_(7);
      x.sum().add(v.mul(5).sum()).add(u.mul(2).sum()).backward();
      return [x.grad, v.grad, u.grad, w.grad];
    },
    expected: [
      [6, 8, 3],
      [5, 5],
      [2, 2],
      [18, 168, 21],
    ],
  },
  "a view that retains, whose base is changed through another view": {
    run: (w) => {
      const x = w.clone();
      const v = x.narrow(0, 0, 2);
      v.retainGrad();
      x.narrow(0, 1, 2).mul_(3);
      x.sum().add(v.sum()).backward();
      return [v.grad, w.grad];
    },
    expected: [
      [1, 1],
      [2, 6, 3],
    ],
  },
  "changes of the tensor itself and through a view": {
    run: (w) => {
      const x = w.clone();
      x.retainGrad();
      x.mul_(2);
      x.narrow(0, 0, 2).mul_(3);
      x.mul_(2);
      x.sum().backward();
      return [x.grad, w.grad];
    },
    expected: [
      [1, 1, 1],
      [12, 12, 4],
    ],
  },
  "zero_, fill_ and copy_ through views": {
    run: (w) => {
      const x = w.clone();
      x.retainGrad();
      x.narrow(0, 0, 2).zero_();
      x.narrow(0, 0, 2).fill_(3);
      x.narrow(0, 1, 1).copy_(w.narrow(0, 0, 1).mul(4));
      x.mul(x).sum().backward();
      return [x.grad, w.grad];
    },
    expected: [
      [6, 8, 2],
      [32, 0, 2],
    ],
  },
  "a base that required no gradient before the change": {
    run: (w) => {
      const b = zeros([w.shape[0]], { dtype: w.dtype });
      const v = b.narrow(0, 0, 2);
      v.mul_(w.narrow(0, 0, 2));
      b.retainGrad();
      v.retainGrad();
      b.narrow(0, 1, 2).mul_(3);
      b.sum().add(v.sum()).backward();
      return [b.grad, v.grad, w.grad];
    },
    expected: [
      [2, 2, 1],
      [1, 1],
      [0, 0, 0],
    ],
  },
  "backward limited to a base that retains and was changed": {
    run: (w) => {
      const x = w.clone();
      x.retainGrad();
      const v = x.narrow(0, 0, 2);
      v.mul_(3);
      v.mul(2)
        .sum()
        .add(x.sum())
        .backward({ inputs: [x] });
      return [x.grad, w.grad];
    },
    expected: [[3, 3, 1], null],
  },
};

const firstOf = (t: Tensor | null, n: number): number[] | null =>
  t === null ? null : Array.from(t.toTypedArray().slice(0, n));

describe.each<readonly [number, DType]>([
  [4, "float32"],
  [20, "float32"],
  [4, "float64"],
  [20, "float64"],
])("%i elements of %s", (n, dtype) => {
  const leaf = (): Tensor => ones([n], { dtype, requiresGrad: true });

  test.each(Object.keys(changes))("retained gradients after %s", (name) => {
    const { run, expected } = changes[name];
    expect(run(leaf()).map((t, i) => firstOf(t, expected[i]?.length ?? 0))).toEqual(expected);
  });

  test("a hook belongs to the value that it was registered on", () => {
    const seen: number[][] = [];
    const w = leaf();
    const x = w.clone();
    const note = (g: Tensor): void => void seen.push(firstOf(g, 3) as number[]);
    x.registerHook(note);
    x.narrow(0, 0, 2).mul_(3);
    x.registerHook(note);
    x.sum().backward();
    expect(seen).toEqual([
      [1, 1, 1],
      [3, 3, 1],
    ]);
  });

  test("a hook on a view is not called for its value after a change of the base", () => {
    const x = leaf().clone();
    const v = x.narrow(0, 0, 2);
    let calls = 0;
    v.registerHook(() => void calls++);
    x.mul_(3);
    v.mul(5).sum().backward();
    expect(calls).toBe(0);
  });

  test("no two of .grad, retained gradients, and the gradient given to backward share elements", () => {
    for (const createGraph of [false, true]) {
      const [a, b] = [leaf(), leaf()];
      const y = a.add(b);
      y.retainGrad();
      const z = y.clone();
      z.retainGrad();
      const given = ones([n], { dtype });
      z.backward(given, { createGraph });
      const all = [a.grad, b.grad, y.grad, z.grad, given] as Tensor[];
      all.forEach((t, i) => t.detach().fill_(i + 2));
      expect(
        all.map((t) => firstOf(t, 2)),
        `createGraph: ${createGraph}`,
      ).toEqual(all.map((_, i) => [i + 2, i + 2]));
    }
  });

  test("a retained gradient accumulates over backward passes", () => {
    const x = leaf().mul(2);
    x.retainGrad();
    x.sum().backward({ retainGraph: true });
    const first = x.grad as Tensor;
    x.mul(3).sum().backward();
    expect([firstOf(first, 2), firstOf(x.grad, 2)]).toEqual([
      [1, 1],
      [4, 4],
    ]);
  });
});
