import { autograd, noGrad, ones, Tensor, tape, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });
const { Function, FunctionContext, gradcheck, gradgradcheck, onceDifferentiable, customGradient } = autograd;
type Context = InstanceType<typeof FunctionContext>;

class MulAdd extends Function {
  static override forward(ctx: Context, x: Tensor, z: Tensor, scale: number): Tensor {
    ctx.saveForBackward(x, z);
    ctx.scale = scale;
    return x.mul(z).mul(scale);
  }
  static override backward(ctx: Context, g: Tensor): (Tensor | null)[] {
    const [x, z] = ctx.savedTensors as [Tensor, Tensor];
    const scale = ctx.scale as number;
    return [ctx.needsInputGrad[0] ? g.mul(z).mul(scale) : null, g.mul(x).mul(scale), null];
  }
}

/** A function with two outputs and a separate setupContext. */
class MinMax extends Function {
  static override forward(x: Tensor): [Tensor, Tensor] {
    return [x.amin(0), x.amax(0)];
  }
  static override setupContext = (ctx: Context, [x]: [Tensor], [low, high]: [Tensor, Tensor]): void => {
    ctx.saveForBackward(x, low, high);
    ctx.setMaterializeGrads(false);
  };
  static override backward(ctx: Context, gl: Tensor | null, gh: Tensor | null): Tensor {
    const [x, low, high] = ctx.savedTensors as [Tensor, Tensor, Tensor];
    const part = (g: Tensor | null, y: Tensor): Tensor => (g === null ? x.mul(0) : x.eq(y).to(x.dtype).mul(g));
    return part(gl, low).add(part(gh, high));
  }
}

describe("Function", () => {
  test("uses its own gradient, of any order, with arguments that are no tensors", () => {
    const [x, z] = [leaf([1, 2]), leaf([3, 4])];
    const y = MulAdd.apply(x, z, 10);
    y.sum().backward();
    expect([x.grad?.toArray(), z.grad?.toArray()]).toEqual([
      [30, 40],
      [10, 20],
    ]);
    const [a, b] = [
      tensor([0.3, 2], { dtype: "float64", requiresGrad: true }),
      tensor([1.5, -1], { dtype: "float64", requiresGrad: true }),
    ];
    expect(gradcheck((p, q) => MulAdd.apply(p, q, 3), [a, b])).toBe(true);
    expect(gradgradcheck((p, q) => MulAdd.apply(p, q, 3), [a, b])).toBe(true);
  });
  test("needsInputGrad names the arguments that need a gradient; nothing is recorded inside noGrad", () => {
    const z = leaf([3, 4]);
    MulAdd.apply(tensor([1, 2]), z, 1)
      .sum()
      .backward();
    expect(z.grad?.toArray()).toEqual([1, 2]);
    expect(noGrad(() => MulAdd.apply(z, z, 1)).requiresGrad).toBe(false);
  });
  test("may have several outputs, some of them unused", () => {
    const x = leaf([1, 5, 3]);
    const [low, high] = MinMax.apply(x);
    high.mul(2).backward();
    expect(x.grad?.toArray()).toEqual([0, 2, 0]);
    expect(low.gradFn?.name).toBe("MinMaxBackward");
    expect(low.outputIndex + high.outputIndex).toBe(1);
  });
  test("is on the tape with its name and saved tensors", () => {
    const [x, z] = [leaf([1, 2]), leaf([3, 4])];
    const y = MulAdd.apply(x, z, 10);
    expect(Object.keys(y.gradFn?.saved ?? {})).toEqual(["x", "z"]);
    expect(String(tape(y.sum()))).toContain("MulAdd");
  });
  test("detects in-place changes of saved tensors", () => {
    const x = leaf([1, 2]).mul(1);
    const y = MulAdd.apply(x, x, 1);
    noGrad(() => x.add_(1));
    expect(() => y.sum().backward()).toThrow("that MulAdd");
  });
  test("returns inputs as aliases, and may change them in place with markDirty", () => {
    class Same extends Function {
      static override forward(_ctx: Context, x: Tensor): Tensor {
        return x;
      }
      static override backward(_ctx: Context, g: Tensor): Tensor {
        return g.mul(5);
      }
    }
    class AddOne extends Function {
      static override forward(ctx: Context, x: Tensor): Tensor {
        ctx.markDirty(x);
        return x.add_(1);
      }
      static override backward(_ctx: Context, g: Tensor): Tensor {
        return g.mul(7);
      }
    }
    const x = leaf([1]);
    Same.apply(x).sum().backward();
    expect(x.grad?.item()).toBe(5);
    const y = leaf([1]).mul(2);
    expect(AddOne.apply(y)).toBe(y);
    expect(y.gradFn?.name).toBe("AddOneBackward");
    expect(() => AddOne.apply(leaf([1]))).toThrow("cannot be changed in place");
  });
  test.each([4, 20])(
    "a view that it changes in place changes its base on the tape; retained gradients move (%i elements)",
    (n) => {
      class Triple extends Function {
        static override forward(ctx: Context, x: Tensor): Tensor {
          ctx.markDirty(x);
          return x.mul_(3);
        }
        static override backward(_ctx: Context, g: Tensor): Tensor {
          return g.mul(3);
        }
      }
      const start = (): [Tensor, Tensor] => {
        const w = ones([n], { requiresGrad: true });
        const x = w.clone();
        x.retainGrad();
        return [w, x];
      };
      const first = (t: Tensor | null): number[] => Array.from((t as Tensor).toTypedArray().slice(0, 3));
      const [w, x] = start();
      Triple.apply(x).mul(2).sum().backward();
      // PyTorch 2.13
      expect([first(x.grad), first(w.grad)]).toEqual([
        [2, 2, 2],
        [6, 6, 6],
      ]);
      const [w2, base] = start();
      const v = base.narrow(0, 0, 2);
      v.retainGrad();
      expect(Triple.apply(v)).toBe(v);
      base.mul(2).sum().add(v.sum()).backward();
      expect([first(base.grad), first(v.grad), first(w2.grad)]).toEqual([
        [3, 3, 2],
        [1, 1],
        [9, 9, 2],
      ]);
    },
  );
  test("markNonDifferentiable makes outputs constants", () => {
    class Ranked extends Function {
      static override forward(ctx: Context, x: Tensor): [Tensor, Tensor] {
        const rank = x.gt(1).to("float32");
        ctx.markNonDifferentiable(rank);
        return [x.mul(2), rank];
      }
      static override backward(_ctx: Context, g: Tensor): Tensor {
        return g.mul(2);
      }
    }
    const [y, rank] = Ranked.apply(leaf([1, 2]));
    expect([y.requiresGrad, rank.requiresGrad]).toEqual([true, false]);
  });
  test.each<[string, () => unknown, string]>([
    ["too few gradients", () => 0, "must give a gradient for each of 2 arguments, but gave 1"],
    ["a gradient that does not fit", () => 1, "that does not fit it"],
    ["a gradient for a number", () => 2, "which is no tensor"],
  ])("says what is wrong with backward: %s", (_what, which, message) => {
    class Wrong extends Function {
      static override forward(_ctx: Context, x: Tensor, other: Tensor | number): Tensor {
        return x.add(other);
      }
      static override backward(_ctx: Context, g: Tensor): (Tensor | null)[] {
        return [[g], [tensor([1, 2, 3]), g], [g, g]][which() as number] ?? [];
      }
    }
    const y = Wrong.apply(leaf([1, 2]), which() === 2 ? 1 : leaf([1, 2]));
    expect(() => y.sum().backward()).toThrow(message);
  });
  test("onceDifferentiable makes a second derivative an error", () => {
    class Once extends Function {
      static override forward(ctx: Context, x: Tensor): Tensor {
        ctx.saveForBackward(x);
        return x.mul(x);
      }
      static override backward = onceDifferentiable((ctx: Context, g: Tensor) => g.mul(ctx.savedTensors[0]).mul(2));
    }
    const x = leaf([3]);
    const [g] = autograd.grad(Once.apply(x).sum(), [x], { createGraph: true });
    expect(g?.item()).toBe(6);
    const seed = leaf([1]);
    const [h] = autograd.grad(Once.apply(x), [x], { gradOutputs: [seed], createGraph: true });
    expect(() => h.sum().backward()).toThrow("cannot be differentiated again");
  });
});

describe("customGradient", () => {
  test("uses the rule in place of the derivative, and differentiates the rule", () => {
    const clipped = customGradient((x: Tensor) => [x.mul(x), (g: Tensor) => g.mul(x.mul(2)).clamp(-1, 1)]);
    const x = leaf([0.25, 3]);
    const [g] = autograd.grad(clipped(x).sum(), [x], { createGraph: true });
    expect(g?.toArray()).toEqual([0.5, 1]);
    const [h] = autograd.grad(g.sum(), [x]);
    expect(h?.toArray()).toEqual([2, 0]);
  });
  test("stopGradient maps over lists and records", () => {
    const x = leaf([1]);
    const stopped = autograd.stopGradient({ a: x, b: [x, 3] });
    expect([stopped.a.requiresGrad, (stopped.b[0] as Tensor).requiresGrad, stopped.b[1]]).toEqual([false, false, 3]);
    expect(stopped.a).toBeInstanceOf(Tensor);
  });
});
