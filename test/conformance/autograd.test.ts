/** PyTorch's autograd: the order of hooks, errors of in-place changes, and versions. */
import { readFileSync } from "node:fs";
import { autograd, inspect, nn, noGrad, ones, optim, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

type Change =
  | { readonly name: string; readonly raises: string }
  | { readonly name: string; readonly value: number[]; readonly x: number[] | null; readonly w: number[] | null };

const stored = JSON.parse(readFileSync(inRoot("test/conformance/autograd.json"), "utf8")) as {
  readonly orders: Readonly<Record<string, readonly string[]>>;
  readonly changes: readonly Change[];
  readonly versions: readonly number[];
  readonly sparse: Readonly<Record<"SGD" | "SparseAdam", readonly (readonly number[])[]>>;
};

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: "float64", requiresGrad: true });

let log: string[] = [];
const note = (text: string) => (): void => void log.push(text);
const nodeOf = (t: Tensor): autograd.Node => {
  if (t.gradFn === null) throw new Error("the tensor is a leaf");
  return t.gradFn;
};
const accumulatorOf = (y: Tensor): autograd.Node => {
  const [next] = nodeOf(y).nextFunctions;
  if (next === null || next === undefined) throw new Error("no next function");
  return next[0];
};

const programs: Readonly<Record<string, () => void>> = {
  hooks_on_a_chain() {
    const x = leaf([3]);
    const y = x.mul(2);
    y.registerHook(note("tensor y"));
    nodeOf(y).registerPrehook(note("pre mul"));
    nodeOf(y).registerHook(note("post mul"));
    x.registerHook(note("tensor x"));
    x.registerPostAccumulateGradHook(note("accumulated x"));
    y.sum().backward();
  },
  several_hooks_on_one_tensor() {
    const y = leaf([3]).mul(2);
    y.registerHook(note("first"));
    const handle = y.registerHook(note("removed"));
    y.registerHook(note("second"));
    handle.remove();
    y.sum().backward();
  },
  hooks_on_the_accumulator() {
    const x = leaf([3]);
    const y = x.mul(2);
    accumulatorOf(y).registerPrehook(note("pre accumulate"));
    accumulatorOf(y).registerHook(note("post accumulate"));
    x.registerHook(note("tensor x"));
    x.registerPostAccumulateGradHook(note("accumulated x"));
    y.sum().backward();
  },
  hooks_when_gradients_are_returned() {
    const x = leaf([3]);
    const y = x.mul(2);
    accumulatorOf(y).registerPrehook(note("pre accumulate"));
    x.registerHook(note("tensor x"));
    x.registerPostAccumulateGradHook(note("accumulated x"));
    y.registerHook(note("tensor y"));
    nodeOf(y).registerHook(note("post mul"));
    autograd.grad(y.sum(), [x]);
  },
  multi_grad_all() {
    const [a, b, c] = [leaf([1]), leaf([2]), leaf([3])];
    const said = (g: Tensor | null): string => (g === null ? "False" : "True");
    autograd.registerMultiGradHook([a, b, c], (grads) => void log.push(`all ${grads.map(said).join(" ")}`));
    a.registerHook(note("a"));
    b.registerHook(note("b"));
    a.mul(b).sum().backward();
  },
  multi_grad_any() {
    const [a, b] = [leaf([1]), leaf([2])];
    autograd.registerMultiGradHook([a, b], note("any"), { mode: "any" });
    a.mul(b).sum().backward();
  },
  module_hooks() {
    const m = new nn.Linear(2, 1);
    const said = (g: Tensor | null | undefined): string => (g ? "True" : "False");
    m.registerForwardPreHook(note("pre"));
    m.registerForwardPreHook(note("pre prepended"), { prepend: true });
    m.registerForwardHook(note("forward"));
    m.registerFullBackwardPreHook(note("backward pre"));
    m.registerFullBackwardHook((_m, gi, go) => void log.push(`backward ${said(gi[0])} ${said(go[0])}`));
    const handles = [
      nn.registerModuleForwardPreHook(note("global pre")),
      nn.registerModuleForwardHook(note("global forward")),
      nn.registerModuleFullBackwardPreHook(note("global backward pre")),
      nn.registerModuleFullBackwardHook(note("global backward")),
    ];
    const x = ones([1, 2], { requiresGrad: true });
    x.registerHook(note("tensor x"));
    m.forward(x).sum().backward();
    for (const h of handles) h.remove();
  },
  module_hooks_without_input_gradient() {
    const m = new nn.Linear(2, 1);
    const said = (g: Tensor | null | undefined): string => (g ? "True" : "False");
    m.registerFullBackwardHook((_m, gi, go) => void log.push(`backward ${said(gi[0])} ${said(go[0])}`));
    m.forward(ones([1, 2]))
      .sum()
      .backward();
  },
  forward_hook_that_is_always_called() {
    class Failing extends nn.Module {
      override forward(_x: Tensor): Tensor {
        throw new Error("no");
      }
    }
    const m = new Failing();
    m.registerForwardHook(note("usual"));
    m.registerForwardHook((_m, _args, y) => void log.push(`always ${y === undefined ? "True" : "False"}`), {
      alwaysCall: true,
    });
    try {
      m.forward(ones([1]));
    } catch {
      log.push("raised");
    }
  },
  optimizer_hooks() {
    const x = leaf([1]);
    const o = new optim.SGD([x], { lr: 0.1 });
    o.registerStepPreHook(note("pre"));
    o.registerStepPostHook(note("post"));
    const handles = [
      optim.registerOptimizerStepPreHook(note("global pre")),
      optim.registerOptimizerStepPostHook(note("global post")),
    ];
    x.sum().backward();
    o.step();
    for (const h of handles) h.remove();
  },
  saved_tensors() {
    const [x, w] = [leaf([[1, 2]]), leaf([[3], [4]])];
    const said =
      (what: string) =>
      (t: Tensor): Tensor => {
        log.push(`${what} [${t.shape.join(", ")}]`);
        return t;
      };
    const y = autograd.savedTensorsHooks({ pack: said("pack"), unpack: said("unpack") }, () => x.matmul(w).exp());
    log.push("forward done");
    y.sum().backward();
  },
  retained_last() {
    const y = leaf([3]).mul(2);
    y.retainGrad();
    y.registerHook((g) => {
      log.push("hook");
      return g.mul(10);
    });
    y.sum().backward();
    log.push(`${y.grad?.item()}.0`);
  },
};

/** In which order the operands of one op are packed is nobody's contract. */
const unordered = new Set(["saved_tensors"]);

describe("hooks run in PyTorch's order", () => {
  test.each(Object.entries(stored.orders))("%s", (name, order) => {
    log = [];
    expect(programs[name], `the program ${name}`).toBeDefined();
    programs[name]?.();
    if (unordered.has(name)) expect(log.toSorted()).toEqual(order.toSorted());
    else expect(log).toEqual(order);
  });
});

const changes: Readonly<Record<string, (x: Tensor, w: Tensor) => Tensor>> = {
  saved_then_changed(x) {
    const a = x.mul(1);
    const y = a.mul(a);
    a.add_(1);
    return y;
  },
  output_then_changed(x) {
    const y = x.exp();
    y.add_(1);
    return y;
  },
  changed_on_the_tape(x, w) {
    const y = x.mul(2);
    y.add_(1);
    y.mul_(w);
    return y;
  },
  filled_from_the_tape(x, w) {
    const y = zeros([3], { dtype: "float64" });
    y.narrow(0, 1, 1).copy_(w.narrow(0, 0, 1));
    return y.mul(x);
  },
  view_changed(x, w) {
    const y = x.mul(2);
    y.narrow(0, 0, 2).mul_(w.narrow(0, 0, 2));
    return y.mul(3);
  },
  base_changed_under_a_view(x, w) {
    const y = x.mul(2);
    const v = y.narrow(0, 1, 2);
    y.mul_(w);
    return v.mul(5);
  },
  view_of_a_view(x, w) {
    const y = x.mul(2);
    y.narrow(0, 0, 2)
      .narrow(0, 1, 1)
      .add_(w.narrow(0, 2, 1));
    return y.mul(y);
  },
  leaf_changed(x, w) {
    x.add_(1);
    return x.mul(w);
  },
  view_of_a_leaf_changed(x, w) {
    x.narrow(0, 0, 1).add_(1);
    return x.mul(w);
  },
  expanded_changed(x) {
    const y = x.narrow(0, 0, 1).mul(2).expand([3]);
    y.add_(1);
    return y;
  },
  split_changed(x) {
    const [a] = x.mul(2).split([1, 2]);
    a?.add_(1);
    return (a ?? x).mul(2);
  },
  view_made_without_grad(x) {
    const y = x.mul(2);
    noGrad(() => y.narrow(0, 0, 2)).add_(1);
    return y;
  },
  detached_changed(x) {
    const y = x.mul(2);
    const z = y.mul(y);
    y.detach().add_(1);
    return z;
  },
  step_between(x, w) {
    const y = x.mul(w);
    noGrad(() => x.sub_(0.1));
    return y;
  },
  zeroed(x, w) {
    const y = x.mul(2);
    y.zero_();
    return y.add(w);
  },
  powers(x) {
    const y = x.mul(1);
    y.pow_(3);
    y.sqrt_();
    return y;
  },
  relu_in_place(x, w) {
    const y = x.sub(2);
    y.relu_();
    return y.mul(w);
  },
};

describe("in-place changes are on the tape, or raise, as in PyTorch", () => {
  test.each(stored.changes.map((c) => [c.name, c] as const))("%s", (name, expected) => {
    const [x, w] = [leaf([1, 2, 3]), leaf([4, 5, 6])];
    const run = (): Tensor => {
      const y = changes[name](x, w);
      y.sum().backward();
      return y;
    };
    if ("raises" in expected) {
      expect(run, expected.raises).toThrow();
      return;
    }
    const close = (t: Tensor | null, numbers: number[] | null): void => {
      if (numbers === null || t === null) {
        expect(t, `a gradient that should be ${JSON.stringify(numbers)}`).toBe(numbers);
        return;
      }
      t.toArray<number[]>().forEach((v, i) => expect(v).toBeCloseTo(numbers[i] ?? Number.NaN, 12));
    };
    close(run(), expected.value);
    close(x.grad, expected.x);
    close(w.grad, expected.w);
  });
});

test("views and detached tensors share the version", () => {
  const x = ones([3]);
  const [v, d] = [x.narrow(0, 0, 2), x.detach()];
  v.add_(1);
  expect([x.version, v.version, d.version]).toEqual(stored.versions);
});

test("a graph of names tells what it was made of", () => {
  const y = leaf([[1, 2]])
    .matmul(leaf([[1], [1]]))
    .exp();
  expect(Object.keys(nodeOf(y).saved)).toEqual(["y"]);
  expect(nodeOf(y).nextFunctions[0]?.[0].name).toBe("MatmulBackward");
  expect(inspect.growth().filter((g) => g.clear)).toEqual([]);
});

describe("gradients by rows", () => {
  const trained = (
    make: (parameters: Tensor[]) => optim.Optimizer,
    look: (table: nn.Embedding) => void = () => {},
  ): number[][] => {
    const table = new nn.Embedding(5, 2, { sparse: true, dtype: "float64" });
    noGrad(() => table.weight.copy_(tensor(Float64Array.from({ length: 10 }, (_, i) => i / 10)).reshape([5, 2])));
    const optimizer = make(table.parameters());
    for (const rows of [
      [0, 2, 2],
      [4, 0, 1],
      [2, 2, 2],
    ]) {
      optimizer.zeroGrad();
      table
        .forward(tensor(rows, { dtype: "int32" }))
        .square()
        .sum()
        .backward();
      look(table);
      optimizer.step();
    }
    return table.weight.toArray<number[][]>();
  };
  const close = (a: number[][], b: readonly (readonly number[])[]): void =>
    a.forEach((row, i) => row.forEach((v, j) => expect(v).toBeCloseTo(b[i]?.[j] ?? Number.NaN, 12)));
  test("SGD and SparseAdam step as in PyTorch", () => {
    close(
      trained((p) => new optim.SGD(p, { lr: 0.1 })),
      stored.sparse.SGD,
    );
    close(
      trained((p) => new optim.SparseAdam(p, { lr: 0.1 })),
      stored.sparse.SparseAdam,
    );
  });
  test("stay by rows until somebody reads grad, which is dense and the same", () => {
    const seen: (number | null)[] = [];
    const look = (table: nn.Embedding): void => {
      const rows = autograd.gradRows(table.weight);
      seen.push(rows?.index.numel() ?? null);
      expect(table.weight.grad?.shape).toEqual([5, 2]);
      expect(autograd.gradRows(table.weight), "once it was read").toBeNull();
    };
    close(
      trained((p) => new optim.SGD(p, { lr: 0.1 }), look),
      stored.sparse.SGD,
    );
    expect(seen).toEqual([2, 3, 1]);
    expect(() => trained((p) => new optim.SparseAdam(p), look)).toThrow("the gradient is dense");
  });
  test("do not allocate the table", () => {
    const table = new nn.Embedding(100_000, 8, { sparse: true });
    table
      .forward(tensor([1, 7], { dtype: "int32" }))
      .sum()
      .backward();
    expect(autograd.gradRows(table.weight)?.values.storage.length).toBe(16);
    table.zeroGrad();
    expect(autograd.gradRows(table.weight)).toBeNull();
    expect(table.weight.grad).toBeNull();
  });
  test("add up over passes, with dense ones too, and hooks see dense ones", () => {
    const w = tensor([1, 2, 3], { requiresGrad: true });
    const at = tensor([2, 2], { dtype: "int32" });
    w.gather(0, at, { sparseGrad: true }).sum().backward();
    expect(autograd.gradRows(w)?.index.toArray()).toEqual([2]);
    w.mul(2).sum().backward();
    w.gather(0, at, { sparseGrad: true }).sum().backward();
    expect(w.grad?.toArray()).toEqual([2, 2, 6]);
    const v = tensor([1, 2, 3], { requiresGrad: true });
    let hooked: unknown = null;
    v.registerHook((g) => {
      hooked = g.toArray();
    });
    v.gather(0, at, { sparseGrad: true }).sum().backward();
    expect(hooked).toEqual([0, 0, 2]);
  });
});
