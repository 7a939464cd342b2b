/** Code of the program that runs within backward may keep what it gets and what it returns: the engine neither frees nor changes it. */
import {
  autograd,
  type DType,
  enableGrad,
  full,
  func,
  inspect,
  needle,
  nn,
  noGrad,
  ones,
  optim,
  type Tensor,
  tensor,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { recordTemporaries, sweep } from "../../../../engine/src/tensor/storage/memory.ts";

/** Gradients that a rule or hook returns, computed from the one that it gets. */
type Rule = (g: Tensor) => Tensor;

/** Functions y = 2 x whose gradient goes through `rule`, one for each kind of user code that backward calls. */
type Way = (rule: Rule, x: Tensor) => Tensor;

class Through extends nn.Module {
  forward(x: Tensor): Tensor {
    return x.mul(2);
  }
}

const ways: Readonly<Record<string, Way>> = {
  "Function.backward": (rule, x) => {
    class Twice extends autograd.Function {
      static override forward(_ctx: autograd.FunctionContext, x: Tensor): Tensor {
        return x.mul(2);
      }
      static override backward(_ctx: autograd.FunctionContext, g: Tensor): Tensor {
        return rule(g);
      }
    }
    return Twice.apply(x);
  },
  onceDifferentiable: (rule, x) => {
    const backward = autograd.onceDifferentiable((_ctx: autograd.FunctionContext, g: Tensor) => rule(g));
    class Twice extends autograd.Function {
      static override forward(_ctx: autograd.FunctionContext, x: Tensor): Tensor {
        return x.mul(2);
      }
      static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
        return backward(ctx, g);
      }
    }
    return Twice.apply(x);
  },
  customGradient: (rule, x) => autograd.customGradient((x: Tensor) => [x.mul(2), rule])(x),
  customVjp: (rule, x) => {
    const f = func.customVjp((x: Tensor) => x.mul(2));
    f.defvjp(
      (x) => [x.mul(2), null],
      (_residuals, g) => [rule(g)],
    );
    return f(x);
  },
  "full backward hooks of modules": (rule, x) => {
    const module = new Through();
    module.registerFullBackwardHook((_module, [g]) => [rule(g as Tensor)]);
    return module.forward(x);
  },
  "full backward pre-hooks of modules": (rule, x) => {
    const module = new Through();
    module.registerFullBackwardPreHook((_module, [g]) => [rule(g as Tensor)]);
    return module.forward(x);
  },
  "hooks on tensors": (rule, x) => {
    const y = x.mul(2);
    y.registerHook(rule);
    return y;
  },
  "pre-hooks on nodes": (rule, x) => {
    const y = x.mul(2);
    y.gradFn?.registerPrehook(([g]) => [rule(g as Tensor)]);
    return y;
  },
  "hooks on nodes": (rule, x) => {
    const y = x.mul(full([], 2, { dtype: x.dtype }));
    y.gradFn?.registerHook(([g]) => [rule(g as Tensor), null]);
    return y;
  },
  "listeners of gradients": (rule, x) => {
    const y = x.mul(2);
    const handle = inspect.onGradient(({ node, gradients: [g] }) => {
      if (node !== y.gradFn) return undefined;
      handle.remove();
      return rule(g as Tensor);
    });
    return y;
  },
};

const constants = new Map<string, Tensor>();
const constant = (shape: readonly number[], dtype: DType): Tensor => {
  const key = `${dtype} ${shape.join()}`;
  const known = constants.get(key) ?? full(shape, 2, { dtype });
  constants.set(key, known);
  return known;
};

const rules: Readonly<Record<string, (keep: (t: Tensor) => Tensor) => Rule>> = {
  "a new tensor that it keeps": (keep) => (g) => keep(keep(g).mul(7)),
  "the gradient itself": (keep) => (g) => keep(g),
  "a view of the gradient": (keep) => (g) => keep(g).narrow(0, 0, g.shape[0]),
  "a constant that it caches": (keep) => (g) => keep(constant(g.shape, g.dtype)),
  "a product with a constant that it caches": (keep) => (g) => g.mul(keep(constant(g.shape, g.dtype))),
  "an expanded scalar": (keep) => (g) => keep(g.sum()).expand(g.shape),
  "a gradient that another backward gave": (keep) => (g) => {
    const v = ones([...g.shape], { dtype: g.dtype, requiresGrad: true });
    enableGrad(() => v.mul(3).add(v).sum().backward());
    return keep(v.grad as Tensor);
  },
};

/** The tensors that user code kept, with copies of their elements. */
class Kept {
  readonly #list: { readonly tensor: Tensor; readonly elements: readonly number[] }[] = [];
  keep = (tensor: Tensor): Tensor => {
    expect(isInsideWalk(), "user code runs among the engine's temporaries").toBe(false);
    this.#list.push({ tensor, elements: [...tensor.toTypedArray()] });
    return tensor;
  };
  /** Returns the tensors whose elements have changed since. */
  get changed(): readonly string[] {
    return this.#list.flatMap(({ tensor, elements }, i) => {
      const now = tensor.toTypedArray();
      const at = elements.findIndex((v, k) => !Object.is(v, now[k]));
      return at < 0 ? [] : [`tensor ${i}: element ${at} was ${elements[at]} and is ${now[at]}`];
    });
  }
}

/** Whether tensors that are allocated now belong to a walk. */
function isInsideWalk(): boolean {
  const list = recordTemporaries(null);
  recordTemporaries(list);
  return list !== null;
}

/** Expressions of x and y = way(x) that accumulate the gradients of x in different orders. */
const uses: Readonly<Record<string, (x: Tensor, way: (x: Tensor) => Tensor) => Tensor>> = {
  alone: (_x, y) => y(_x).sum(),
  "before another use": (x, y) => y(x).mul(3).add(x).sum(),
  "after another use": (x, y) => x.mul(5).add(y(x).mul(3)).sum(),
  "by two ways": (x, y) => y(x).add(y(x)).add(x.mul(x)).sum(),
  "one after the other": (x, y) => y(y(x).mul(2)).sum(),
};

const formats: readonly (readonly [number, DType])[] = [
  [4, "float32"],
  [20, "float32"],
  [4, "float64"],
  [100, "float64"],
];

describe.each(Object.keys(ways))("%s", (wayName) => {
  test.each(Object.keys(rules))("may return %s", (ruleName) => {
    const all: [about: string, kept: Kept][] = [];
    for (const [n, dtype] of formats)
      for (const [use, f] of Object.entries(uses)) {
        const kept = new Kept();
        const rule = rules[ruleName](kept.keep);
        const run = (createGraph: boolean): Tensor[] => {
          const w = ones([n], { dtype, requiresGrad: true });
          const grads: Tensor[] = [];
          for (let i = 0; i < 3; i++) {
            // the leaf itself, and a result that is used more than once
            f(i === 1 ? w : w.mul(2), (x) => ways[wayName](rule, x)).backward({ createGraph });
            const g = (w.grad as Tensor).detach();
            grads.push(g.clone());
            // the first gradient is added to
            if (i > 0) kept.keep(g);
            if (i === 1) w.grad = null;
          }
          return grads;
        };
        // a recorded walk has no temporaries
        const expected = wayName === "onceDifferentiable" ? null : run(true).map((g) => [...g.toTypedArray()]);
        const found = run(false).map((g) => [...g.toTypedArray()]);
        const about = `${n} elements of ${dtype}, ${use}`;
        if (expected !== null) expect(found, about).toEqual(expected);
        all.push([about, kept]);
      }
    sweep();
    for (const [about, kept] of all) expect(kept.changed, about).toEqual([]);
  });
});

describe("other user code during backward", () => {
  test.each(formats)(
    "%i elements of %s: a rule by tangents, packed tensors, checkpoints, needle ops, step hooks",
    (n, dtype) => {
      const kept = new Kept();
      const { keep } = kept;
      const square = func.customJvp((x: Tensor) => x.mul(x));
      square.defjvp(([x], [t]) => [keep(x.mul(x)), keep(keep(t).mul(keep(x.mul(2))))]);
      class Scale extends needle.TensorOp {
        override compute(a: Tensor): Tensor {
          return a.mul(2);
        }
        override gradient(g: needle.Tensor): needle.Tensor {
          keep(g.realizeCachedData() as Tensor);
          const made = g.mul(2);
          keep(made.realizeCachedData() as Tensor);
          return made;
        }
      }
      const w = full([n], 1.5, { dtype, requiresGrad: true });
      const optimizer = new optim.SGD([w], { lr: 0.1 });
      w.registerPostAccumulateGradHook((leaf) => {
        keep(leaf.grad as Tensor);
        keep(noGrad(() => leaf.mul(1)));
      });
      autograd.registerMultiGradHook([w], ([g]) => void keep(g as Tensor));
      const cache: Tensor[] = [];
      for (let i = 0; i < 3; i++) {
        optimizer.zeroGrad();
        let y = square(w.mul(1));
        y = autograd.savedTensorsHooks({ pack: (t: Tensor) => keep(t), unpack: (t: Tensor) => keep(t.mul(1)) }, () =>
          y.mul(y),
        );
        y = autograd.checkpoint(
          (x: Tensor) => {
            const e = keep(x.mul(0.1).tanh());
            cache[0] ??= keep(e.detach().mul(2));
            return e.mul(cache[0].detach()).mul(e);
          },
          [y],
        );
        const scaled = new Scale().call(new needle.Tensor(y)).realizeCachedData() as Tensor;
        scaled.sum().backward();
        keep(w.grad as Tensor);
        if (i > 0) optimizer.step();
      }
      sweep();
      expect(kept.changed).toEqual([]);
    },
  );

  test("one tensor for two inputs, and an input or saved tensor as its own gradient", () => {
    for (const [n, dtype] of formats) {
      const kept = new Kept();
      class Both extends autograd.Function {
        static override forward(ctx: autograd.FunctionContext, a: Tensor, b: Tensor): Tensor {
          ctx.saveForBackward(a, b);
          return a.add(b);
        }
        static override backward(_ctx: autograd.FunctionContext, g: Tensor): Tensor[] {
          const one = kept.keep(g.mul(3));
          return [one, one];
        }
      }
      class Saved extends autograd.Function {
        static override forward(ctx: autograd.FunctionContext, a: Tensor): Tensor {
          ctx.saveForBackward(a);
          return a.mul(2);
        }
        static override backward(ctx: autograd.FunctionContext, _g: Tensor): Tensor {
          return ctx.savedTensors[0];
        }
      }
      const [a, b] = [full([n], 2, { dtype, requiresGrad: true }), full([n], 3, { dtype, requiresGrad: true })];
      for (let i = 1; i <= 2; i++) {
        Both.apply(a, b).add(Saved.apply(a)).sum().backward();
        expect([a, b, a.grad, b.grad].map((t) => t?.toTypedArray()[n - 1])).toEqual([2, 3, 5 * i, 3 * i]);
      }
      a.grad?.fill_(7);
      a.grad = null;
      b.grad = null;
      expect([a, b].map((t) => t.toTypedArray()[n - 1])).toEqual([2, 3]);
      expect(kept.changed).toEqual([]);
    }
  });

  test("an error in a hook does not change tensors that earlier hooks kept", () => {
    const kept = new Kept();
    const w = ones([100], { requiresGrad: true });
    for (let i = 0; i < 5; i++) {
      const h = w.mul(2);
      h.registerHook((g) => {
        kept.keep(g.mul(i));
        throw new Error("no further");
      });
      const y = h.mul(h).mul(3);
      y.registerHook(kept.keep);
      expect(() => y.add(h).sum().backward()).toThrow("no further");
      w.mul(i).sum().backward();
      kept.keep(w.grad as Tensor);
      w.grad = null;
    }
    sweep();
    expect(kept.changed).toEqual([]);
  });

  test("a hook may bring a batched tensor into a walk outside of vmap", () => {
    const w = ones([40], { requiresGrad: true });
    const scales = tensor([[1], [2], [3]]);
    const grads = func.vmap((s: Tensor) => {
      const y = w.mul(2);
      y.registerHook((g) => g.mul(s));
      return autograd.grad(y.mul(y).sum(), [w])[0];
    })(scales);
    expect(grads.toTypedArray()).toEqual(Float32Array.from({ length: 120 }, (_, i) => 8 * (1 + Math.floor(i / 40))));
  });
});
