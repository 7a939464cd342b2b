/** Each cause of a gradient that is null: it is named where it holds, and not where it almost does. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { autograd, cat, explain, full, nn, noGrad, type Tensor, tensor, where } from "tapelab";
import { describe, expect, test } from "vitest";

const causesOf = (...args: Parameters<typeof explain>): string[] => explain(...args).data.findings.map((f) => f.cause);

async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  // a weak reference holds on until the current task ends
  await new Promise((resolve) => setTimeout(resolve, 0));
  gc();
}

describe.each([
  ["float32", 3],
  ["float32", 20],
  ["float64", 3],
  ["float64", 20],
] as const)("%s [%i]", (dtype, n) => {
  const leaf = (value = 1.5): Tensor => full([n], value, { requiresGrad: true, dtype });
  const v = leaf(2);

  interface Program {
    readonly cause: string;
    readonly f: (w: Tensor) => Tensor;
    /** A program in which `w` has a gradient. */
    readonly sound: (w: Tensor) => Tensor;
  }
  const programs: readonly Program[] = [
    { cause: "detached", f: (w) => w.mul(2).relu().detach().mul(v).sum(), sound: (w) => w.mul(2).relu().mul(v).sum() },
    {
      cause: "round-trip",
      f: (w) => v.mul(w.mul(1.37).sum().item()).sum(),
      sound: (w) => v.mul(w.mul(1.37).sum()).sum(),
    },
    {
      cause: "round-trip",
      f: (w) =>
        tensor(w.mul(tensor(Array.from({ length: n }, (_, i) => i + 1))).toArray())
          .mul(v)
          .sum(),
      sound: (w) =>
        w
          .mul(tensor(Array.from({ length: n }, (_, i) => i + 1)))
          .mul(v)
          .sum(),
    },
    { cause: "copied", f: (w) => tensor(w.mul(2)).mul(v).sum(), sound: (w) => w.mul(2).clone().mul(v).sum() },
    { cause: "copied", f: (w) => new nn.Parameter(w.mul(2)).mul(v).sum(), sound: (w) => w.mul(2).mul(v).sum() },
    {
      cause: "no-grad",
      f: (w) =>
        noGrad(() => w.mul(2).exp())
          .mul(v)
          .sum(),
      sound: (w) => w.mul(2).exp().mul(v).sum(),
    },
    {
      cause: "no-derivative",
      f: (w) => v.indexSelect(0, w.mul(2).argmax().reshape([1])).sum(),
      sound: (w) =>
        v
          .mul(
            w
              .mul(tensor(Array.from({ length: n }, (_, i) => i * 0.1)))
              .softmax(0)
              .cumsum(0),
          )
          .sum(),
    },
    {
      cause: "no-derivative",
      f: (w) => where(w.gt(0), v, v.mul(3)).sum(),
      sound: (w) => where(w.gt(0), v, w).sum().add(w.sum()),
    },
    {
      cause: "no-derivative",
      f: (w) => w.to("int32").to(dtype).mul(v).sum(),
      sound: (w) => w.to("float64").mul(v).sum(),
    },
    { cause: "no-derivative", f: (w) => v.mul(w.max(0).indices).sum(), sound: (w) => v.mul(w.max(0).values).sum() },
    { cause: "unused", f: () => v.mul(2).sum(), sound: (w) => w.mul(2).sum() },
    {
      cause: "unused",
      f: (w) => (w.mul(3).exp(), v.mul(2).sum()),
      sound: (w) => w.mul(3).exp().mul(v).mul(0.01).sum(),
    },
  ];
  test.each(programs.map((p) => [p.cause, p.f.toString(), p] as const))("%s: %s", (cause, _, { f, sound }) => {
    const w = leaf();
    const loss = f(w);
    loss.backward();
    expect(causesOf(w, { loss })).toEqual([cause]);
    expect(causesOf(w)).toEqual([cause]);
    expect(causesOf(w, { loss: () => f(w) })).toEqual([cause]);
    const u = leaf();
    const passing = sound(u);
    passing.backward({ retainGraph: true });
    expect(explain(u, { loss: passing }).data).toMatchObject({ state: "sound", findings: [] });
  });

  test("not-required, also of integers and frozen parameters", () => {
    const w = full([n], 1, { dtype });
    const loss = w.mul(v).sum();
    loss.backward();
    expect(causesOf(w, { loss })).toEqual(["not-required"]);
    expect(explain(tensor([1, 2], { dtype: "int32" })).data.sentence).toMatch(
      /it is int32, and only float and complex/,
    );
    const { data } = explain(new nn.Parameter(w, false));
    expect(data.findings).toMatchObject([{ cause: "not-required", kind: "question" }]);
    expect(data.sentence).toMatch(/it is a frozen parameter/);
  });

  test("not-retained: a result, and not a retained one", () => {
    const h = leaf().mul(2);
    const kept = h.exp();
    kept.retainGrad();
    const loss = kept.sum();
    loss.backward({ retainGraph: true });
    expect(causesOf(h, { loss })).toEqual(["not-retained"]);
    expect(causesOf(h)).toEqual(["not-retained"]);
    expect(causesOf(kept, { loss })).toEqual([]);
  });

  test("overwritten: on the tape, and inside of noGrad", () => {
    const w = leaf();
    const loss = w.mul(v).sum();
    loss.backward();
    const next = w.sub((w.grad as Tensor).mul(0.1));
    expect(causesOf(next, { loss })).toEqual(["overwritten"]);
    expect(causesOf(next)).toEqual(["overwritten"]);
    const off = noGrad(() => w.sub((w.grad as Tensor).mul(0.1)));
    expect(causesOf(off, { loss })).toEqual(["no-grad"]);
    expect(explain(off).data.sentence).toMatch(
      /is null: it is off the tape: a leaf was an operand of sub inside of noGrad/,
    );
    noGrad(() => w.sub_((w.grad as Tensor).mul(0.1)));
    expect(causesOf(w)).toEqual([]);
  });

  test("before-backward, cleared, not-accumulated", () => {
    const w = leaf();
    const loss = w.mul(v).sum();
    expect(explain(w, { loss }).data.sentence).toMatch(/^The gradient that backward would compute for .* is sound/);
    autograd.grad(loss, [w], { retainGraph: true });
    expect(causesOf(w, { loss })).toEqual(["not-accumulated"]);
    loss.backward();
    expect(w.grad).not.toBeNull();
    w.grad = null;
    expect(causesOf(w, { loss })).toEqual(["cleared"]);
    expect(causesOf(w)).toEqual(["cleared"]);
  });

  test("constant-loss: nothing that the loss was computed from requires a gradient", () => {
    const loss = full([n], 1, { dtype }).mul(3).sum();
    expect(causesOf(leaf(), { loss })).toEqual(["constant-loss"]);
    const w = leaf();
    expect(causesOf(w, { loss: w.mul(2).detach().sum() })).toEqual(["detached"]);
    expect(causesOf(w, { loss: w.mul(2).argmax() })).toEqual(["no-derivative"]);
  });

  test("rule-gave-null: a custom op without a gradient for its input", () => {
    const w = leaf();
    const gives = (g: Tensor | null): ((x: Tensor) => Tensor) =>
      autograd.customGradient<[x: Tensor]>((x: Tensor) => [x.mul(1), () => g]);
    expect(causesOf(w, { loss: () => gives(null)(w).sum() })).toEqual(["rule-gave-null"]);
    expect(causesOf(w, { loss: () => gives(full([n], 1, { dtype }))(w).sum() })).toEqual([]);
  });
});

describe("walks that did not come to the tensor", () => {
  test("before-backward: the values are freed, and backward has not run on this loss", () => {
    const w = full([2], 1.5, { requiresGrad: true });
    const h = w.exp();
    const loss = h.mul(2).sum();
    autograd.grad(h.exp().sum(), [w]);
    expect(causesOf(w, { loss })).toEqual(["before-backward"]);
    const other = w.exp().sum();
    other.backward();
    expect(causesOf(w, { loss: other })).not.toContain("before-backward");
  });

  test("interrupted: a rule threw an error", () => {
    const w = full([2], 1.5, { requiresGrad: true });
    const fails = autograd.customGradient((x: Tensor) => [
      x.mul(1),
      () => {
        throw new Error("in the rule");
      },
    ]);
    const loss = fails(w).mul(2).sum();
    expect(() => loss.backward()).toThrow("in the rule");
    expect(causesOf(w, { loss })).toContain("interrupted");
    const next = w.mul(2).sum();
    next.backward();
    expect(causesOf(w, { loss: next })).toEqual([]);
  });
});

describe("numbers that were changed before a tensor was made of them", () => {
  const doubled = (t: Tensor): Tensor => tensor(t.tolist<number[]>().map((x) => x * 2));

  test("are a question, beside the fact that the tensor is not used", () => {
    const w = full([3], 1.5, { requiresGrad: true });
    const v = full([3], 2, { requiresGrad: true });
    const loss = v.mul(doubled(w.exp().mul(tensor([1, 2, 3.3])))).sum();
    loss.backward();
    const { data } = explain(w, { loss });
    expect(data.findings.map((f) => [f.cause, f.kind])).toEqual([
      ["round-trip", "question"],
      ["unused", "fact"],
    ]);
    expect(data.sentence).toMatch(
      /the way from .* to the loss may be cut: the result of mul was read by toArray as plain numbers, and a tensor of as many numbers was made afterwards/,
    );
    expect(causesOf(v, { loss })).toEqual([]);
  });

  test("a single number: the sentence says that the result was read", () => {
    const w = full([1], 1.5, { requiresGrad: true });
    const v = full([3], 2, { requiresGrad: true });
    const loss = v.mul(w.exp().sum().item() * 1.7).sum();
    loss.backward();
    const [finding] = explain(w, { loss }).data.findings;
    expect([finding.cause, finding.sentence]).toEqual([
      "unused",
      expect.stringMatching(/last used by exp, whose result does not lead to the loss but was read as numbers by item/),
    ]);
  });

  test("data of the same size is not said to come from what was read before", () => {
    const w = full([3], 1.5, { requiresGrad: true });
    w.mul(tensor([1.1, 2.3, 3.7])).tolist();
    const data = tensor([0.3, 0.4, 0.9]);
    expect(explain(data).data.findings[0]).toMatchObject({ cause: "not-required", kind: "fault" });
    expect(causesOf(w, { loss: data.mul(2).sum() })).toContain("constant-loss");
  });
});

describe("the memory of cuts", () => {
  test("has the path of ops from the leaf to the cut, and goes on through a second one", () => {
    const w = full([4], 1, { requiresGrad: true });
    const v = full([4], 2, { requiresGrad: true });
    const loss = v.mul(w.mul(2).tanh().detach().exp().sum().item() + 0).sum();
    loss.backward();
    const [finding] = explain(w, { loss }).data.findings;
    expect(finding.cause).toBe("detached");
    expect(finding.path.map((p) => p.op)).toEqual(["mul", "tanh", "detach"]);
  });

  test("names the leaf of this program, and not one of an equal program before it", () => {
    const run = (w: Tensor, v: Tensor): Tensor => w.mul(2).relu().detach().mul(v).sum();
    const v = full([2], 1, { requiresGrad: true });
    const [w1, w2] = [full([2], 1, { requiresGrad: true }), full([2], 1, { requiresGrad: true })];
    run(w1, v).backward();
    const loss = run(w2, v);
    loss.backward();
    expect(causesOf(w2, { loss })).toEqual(["detached"]);
    expect(causesOf(w1, { loss })).toEqual(["unused"]);
    expect(causesOf(w1)).toEqual(["unused"]);
  });

  test("does not take common numbers for evidence", () => {
    const w = full([1], 1, { requiresGrad: true });
    const v = full([1], 2, { requiresGrad: true });
    expect(w.mul(1).item()).toBe(1);
    const loss = v.mul(tensor([1])).sum();
    loss.backward();
    expect(causesOf(w, { loss })).toEqual(["unused"]);
  });

  test("keeps no tensor and no node alive", async () => {
    const w = full([4], 1, { requiresGrad: true });
    const state: { kept: Tensor; refs: WeakRef<object>[] } = { kept: w, refs: [] };
    // in a function of its own, whose variables do not outlive the call
    const run = (): void => {
      const h = w.mul(2).tanh();
      const numbers = h.exp().tolist();
      const parts = [h.detach(), noGrad(() => h.mul(3)), tensor(numbers), tensor(h), h.argmax().to("float32")];
      for (const t of parts) expect(t.cut).not.toBeNull();
      state.kept = cat(parts.map((t) => t.reshape([-1])));
      state.refs = [h, h.gradFn, ...parts].map((x) => new WeakRef(x as object));
    };
    run();
    await collectGarbage();
    expect(state.refs.map((ref) => ref.deref())).toEqual(state.refs.map(() => undefined));
    expect(state.kept.cut).not.toBeNull();
  });

  test("stays small for a running average inside of noGrad", () => {
    const leaves = Array.from({ length: 100 }, (_, i) => full([2], i, { requiresGrad: true }));
    let mean = full([2], 0);
    for (let step = 0; step < 20; step++) for (const w of leaves) mean = noGrad(() => mean.mul(0.9).add(w.mul(0.1)));
    expect(mean.cut?.size).toBeLessThan(64);
    let few = full([2], 0);
    for (let step = 0; step < 500; step++) few = noGrad(() => few.mul(0.9).add(leaves[step % 2].mul(0.1)));
    expect(few.cut?.size).toBeLessThan(4);
  });
});
