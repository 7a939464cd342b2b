/** Anomalies that anomaly mode reports, and values that are no error: infinities, masks and discarded results. */
import {
  autograd,
  gradients,
  inspect,
  matmul,
  mseLoss,
  nn,
  noGrad,
  ones,
  randn,
  type Tensor,
  tensor,
  where,
  zeros,
} from "tapelab";
import { afterEach, describe, expect, test, vi } from "vitest";

const { detectAnomaly } = autograd;
const found = (body: () => unknown): string => {
  try {
    detectAnomaly(body);
  } catch (error) {
    if (error instanceof autograd.AnomalyError) return `${error.op} ${error.direction}`;
    throw error;
  }
  return "nothing";
};

/** Returns the elements once, and repeated to more than 64 bytes. */
const sizes = [1, 20];
const dtypes = ["float32", "float64"] as const;
const cases = sizes.flatMap((n) => dtypes.map((dtype) => [n, dtype] as const));

describe.each(cases)("anomaly mode, elements times %i, %s", (n, dtype) => {
  const of = (values: readonly number[], requiresGrad = true): Tensor =>
    tensor(
      Array.from({ length: n }, () => [...values]),
      { dtype, requiresGrad },
    );
  const infinite = [-Infinity, -Infinity];

  test("reports NaN that is computed from infinities", () => {
    expect(found(() => of(infinite).softmax(-1))).toBe("softmax forward");
    expect(found(() => of([1, 2]).add(of(infinite, false)).softmax(-1))).toBe("softmax forward");
    expect(found(() => of([Infinity, 1]).mul(0))).toBe("mul forward");
    expect(found(() => of([Infinity, 1]).sub(of([Infinity, 1])))).toBe("sub forward");
    expect(found(() => of([Infinity, 1]).div(of([Infinity, 1])))).toBe("div forward");
    expect(found(() => of([Infinity, -Infinity]).sum())).toBe("sum forward");
    expect(
      found(() => of([NaN, -1]).sqrt()),
      "beside NaN that was put in",
    ).toBe("sqrt forward");
  });
  test("accepts masks and infinite operands, forward and backward", () => {
    const mask = of([0, -Infinity], false);
    expect(found(() => of([1, 2]).add(mask).softmax(-1).square().sum().backward())).toBe("nothing");
    expect(found(() => of([1, 2]).add(mask).logSoftmax(-1).narrow(1, 0, 1).sum().backward())).toBe("nothing");
    expect(
      found(() =>
        where(of([0, 1], false).gt(0), -Infinity, of([1, 2]))
          .softmax(-1)
          .square()
          .sum()
          .backward(),
      ),
    ).toBe("nothing");
    expect(
      found(() =>
        of([1, 2])
          .add(of([1, 0], false).log())
          .softmax(-1),
      ),
      "a mask by log",
    ).toBe("nothing");
    expect(found(() => of([1, -Infinity]).max())).toBe("nothing");
  });
  test("accepts NaN that needs no gradient and is discarded", () => {
    const x = of([-1, 2], false);
    expect(found(() => where(x.gt(0), x.log(), 0))).toBe("nothing");
    expect(found(() => noGrad(() => where(of([-1, 2]).gt(0), of([-1, 2]).log(), 0)))).toBe("nothing");
    expect(
      found(() =>
        where(x.gt(0), x.log(), 0)
          .mul(of([1, 1]))
          .sum()
          .backward(),
      ),
    ).toBe("nothing");
  });
  test("reports NaN that is returned, or used by an op that needs a gradient, at the op that created it", () => {
    const x = of([-1, 2], false);
    expect(found(() => x.log())).toBe("log forward");
    expect(found(() => ({ loss: [x.log().mul(2)] }))).toBe("log forward");
    expect(
      found(
        () =>
          void x
            .log()
            .add(1)
            .mul(of([1, 1])),
      ),
    ).toBe("log forward");
    expect(found(() => void matmul(x.log(), ones([2, 2], { dtype, requiresGrad: true })))).toBe("log forward");
  });
  test("reports gradients that are NaN or overflow", () => {
    expect(found(() => where(of([0, 4]).gt(0), of([0, 4]).sqrt(), 0).sum())).toBe("nothing");
    expect(
      found(() => {
        const x = of([0, 4]);
        where(x.gt(0), x.sqrt(), 0).sum().backward();
      }),
    ).toBe("sqrt backward");
    expect(found(() => of([1000, 1]).exp())).toBe("exp forward");
    expect(found(() => of([1, 2]).tanh().sum().backward())).toBe("nothing");
  });
});

describe("the warning of growing graphs", () => {
  const grown = (step: (loss: Tensor, w: Tensor) => void): inspect.Growth[] => {
    inspect.growth();
    const w = tensor([1, 2], { requiresGrad: true });
    for (let i = 0; i < 150; i++) {
      step(w.mul(w).sum(), w);
      w.grad = null;
    }
    return inspect.growth().filter((g) => g.clear);
  };
  test("reports a running average that backward visits with retainGraph, and advises detach()", () => {
    let average: Tensor | null = null;
    const found = grown((loss) => {
      average = average === null ? loss : average.mul(0.9).add(loss.mul(0.1));
      average.backward(null, { retainGraph: true });
    });
    expect(found.length).toBe(1);
    expect(found[0]?.advice).toContain("detach()");
    expect(found[0]?.advice).not.toContain("retainGraph");
  });
  test("reports a recurrent state that is carried over, but not one that is detached", () => {
    let h: Tensor = zeros([2]);
    expect(
      grown((_loss, w) => {
        h = h.mul(w).tanh();
        h.sum().backward(null, { retainGraph: true });
      })[0]?.advice,
    ).toContain("detach()");
    h = zeros([2]);
    expect(
      grown((_loss, w) => {
        h = h.detach().mul(w).tanh();
        h.sum().backward();
      }),
    ).toEqual([]);
  });
  test("does not report a deep graph that backward visits many times", () => {
    inspect.growth();
    const w = tensor([0.5], { requiresGrad: true });
    let h = w;
    for (let i = 0; i < 200; i++) h = h.mul(w).tanh();
    for (let i = 0; i < 30; i++) h.sum().backward(null, { retainGraph: true });
    expect(inspect.growth().filter((g) => g.clear)).toEqual([]);
  });
});

describe("warnings and tables", () => {
  afterEach(() => vi.restoreAllMocks());
  test("a loss that broadcasts warns once, with both shapes", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (let i = 0; i < 3; i++) mseLoss(zeros([4, 1]), zeros([4]));
    expect(warn.mock.calls.map(String)).toEqual([expect.stringMatching(/mseLoss.*\[4\].*\[4, 1\]/)]);
    mseLoss(zeros([4]), zeros([4]));
    expect(warn).toHaveBeenCalledTimes(1);
  });
  test("after a backward that threw, parameters that it was to reach are interrupted, not unreached", () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Tanh(), new nn.Linear(2, 1));
    const unused = tensor([1], { requiresGrad: true });
    const h = model.forward(randn([3, 2])).sum();
    const hidden = h.mul(2);
    hidden.registerHook(() => {
      throw new Error("no further");
    });
    expect(() => hidden.backward()).toThrow("no further");
    const states = (): readonly string[] => gradients({ w: model.parameters()[0], unused }).data.tensors.state;
    expect(states()).toEqual(["interrupted", "notRunYet"]);
    model
      .forward(randn([3, 2]))
      .sum()
      .backward();
    expect(states()).toEqual(["computed", "notReached"]);
  });
  test("after a backward with inputs that threw, only these inputs are interrupted", () => {
    const [a, b] = [1, 2].map((v) => tensor([v], { requiresGrad: true }));
    const h = a.mul(b).mul(2);
    h.registerHook(() => {
      throw new Error("no further");
    });
    expect(() => h.mul(3).backward({ inputs: [a] })).toThrow("no further");
    expect(gradients({ a, b }).data.tensors.state).toEqual(["interrupted", "notRunYet"]);
    expect(() => autograd.grad(h.mul(3), b)).toThrow("no further");
    expect(gradients({ a }).data.tensors.state, "grad() leaves it as it is").not.toEqual(["notReached"]);
  });
  test("the error of a freed graph advises to detach a state that is carried over", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const h = w.mul(w);
    h.sum().backward();
    expect(() => h.mul(w).sum().backward()).toThrow("detach()");
  });
});
