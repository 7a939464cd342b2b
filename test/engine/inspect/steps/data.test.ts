/** The steps of passes as JSON, their limits, and what they say about gradients and values that are not known. */
import { crossEntropy, inspect, nn, noGrad, optim, type Tensor, tape, tensor } from "tapelab";
import { Replay, type StepsData } from "tapelab/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const leaf = (value: number | readonly number[]): Tensor => tensor(value, { requiresGrad: true });
const sizeOf = (data: StepsData): number => JSON.stringify(data).length;
const opOf = (data: StepsData, row: number): string | undefined => data.tape.ops.name[data.tape.rows.op[row] ?? -1];

beforeEach(() => inspect.setWatch({ nodes: 10_000 }));
afterEach(() => inspect.setWatch({ nodes: 0 }));

/** Returns the recorded steps of `a b + a` after backward. */
function small(): { readonly loss: Tensor; readonly a: Tensor; readonly b: Tensor } {
  const [a, b] = [leaf(2).named("a"), leaf(3).named("b")];
  return { loss: a.mul(b).add(a).named("loss"), a, b };
}

describe("steps", () => {
  test("has rows, the order of backward, and the numbers of each step", () => {
    const { loss } = small();
    loss.backward();
    const { data, backward } = inspect.steps(loss);
    expect(data).toMatchObject({
      schema: 1,
      names: [null, "loss"],
      backward: [1, 0],
      pass: "complete",
      position: 4,
      totals: { forward: 2, backward: 2 },
      skipped: { forward: 0, backward: 0 },
      withoutDetails: 0,
    });
    expect(data.tape.title).toBe("loss 8");
    const mul = data.details[0];
    expect(mul?.value).toMatchObject({ values: [6], shape: [] });
    expect(
      mul?.inputs.map((i) => [i?.name, i?.local?.values, i?.contribution?.values, i?.sum?.values, i?.nth]),
    ).toEqual([
      ["a", [3], [3], [4], 2],
      ["b", [2], [2], undefined, 1],
    ]);
    expect(data.leaves.map((l) => (l === null || l === "changed" ? l : l.values))).toEqual([[2], [3]]);
    expect(backward.map(({ op }) => op)).toEqual(["add", "mul"]);
  });

  test("is equal after backward and after backwardSteps", () => {
    const [first, second] = [small(), small()];
    first.loss.backward();
    const steps = second.loss.backwardSteps();
    for (const _ of steps);
    const plain = (data: StepsData): unknown => ({
      ...data,
      tape: { ...data.tape, cells: null, frames: null, rows: { ...data.tape.rows, site: null, frame: null } },
    });
    expect(plain(steps.data)).toEqual(plain(inspect.steps(first.loss).data));
    // the nodes keep what the steps computed, as after backward
    expect(plain(inspect.steps(second.loss).data)).toEqual(plain(steps.data));
    expect(tape(second.loss).data.rows.gradientState).toEqual(["computed", "computed"]);
  });

  test("before backward has the forward pass alone, and no gradient that looks like zero", () => {
    const { loss } = small();
    const { data } = inspect.steps(loss);
    expect(data).toMatchObject({ pass: "notRun", backward: [], position: 2 });
    expect(data.tape.rows.gradientState).toEqual(["notRunYet", "notRunYet"]);
    expect(String(inspect.steps(loss))).toMatch(/^Steps of loss 8: 2 forward, backward has not run\n/);
  });

  test("says that gradients were not kept where the ops were not watched", () => {
    inspect.setWatch({ nodes: 0 });
    const { loss } = small();
    loss.backward();
    expect(inspect.steps(loss).data).toMatchObject({ pass: "notKept", backward: [] });
    expect(String(inspect.steps(loss))).toContain("its gradients were not kept");
    // stepping keeps its own
    const other = small().loss;
    const steps = other.backwardSteps();
    for (const _ of steps);
    expect(steps.data.backward).toEqual([1, 0]);
    expect(steps.data.details[0]?.inputs[0]?.local?.values).toEqual([3]);
  });

  test("leaves out the gradients of a later pass, which are not those of this one", () => {
    const x = leaf(2);
    const h = x.mul(3);
    const [a, b] = [h.mul(5), h.mul(7)];
    a.backward(null, { retainGraph: true });
    b.backward();
    const { data } = inspect.steps(a);
    expect(data.backward.map((row) => opOf(data, row))).toEqual(["mul"]);
    expect(data.tape.rows.gradientState).toEqual(["notRetained", "computed"]);
    expect(inspect.steps(b).backward.map((s) => s.upstream[0]?.item())).toEqual([1, 7]);
  });

  test("marks ops that the gradient did not reach, and those before an error", () => {
    const x = leaf(2);
    const y = x.mul(3);
    const stopped = inspect.onGradient(() => null, { op: "tanh" });
    const loss = y.tanh().exp();
    loss.backward();
    stopped.remove();
    const { data } = inspect.steps(loss);
    expect(data.tape.rows.gradientState).toEqual(["notReached", "notReached", "computed"]);
    const z = leaf(2).mul(3);
    z.registerHook(() => {
      throw new RangeError("stop");
    });
    const failing = z.exp();
    expect(() => failing.backward()).toThrow("stop");
    const part = inspect.steps(failing).data;
    expect(part).toMatchObject({ pass: "part", totals: { forward: 2, backward: 2 }, position: 3 });
    expect(part.tape.rows.gradientState).toEqual(["interrupted", "computed"]);
  });

  test("does not show values that have been changed in place since", () => {
    const w = leaf([1, 2]).named("w");
    const y = w.mul(3);
    const loss = y.mul(y).sum();
    loss.backward();
    const before = inspect.steps(loss).data;
    expect(before.leaves[0]).toMatchObject({ values: [1, 2] });
    new optim.SGD([w], { lr: 0.1 }).step();
    noGrad(() => y.add_(1));
    const { data } = inspect.steps(loss);
    expect(data.leaves[0]).toBe("changed");
    expect(data.details[0]?.value).toBe("changed");
    expect(data.tape.rows.value.count[0]).toBeNull();
    // local derivatives that would be computed from changed tensors are left out
    expect(data.details[1]?.inputs[0]?.local).toBeNull();
    expect(before.details[1]?.inputs[0]?.local?.values).toEqual([3, 6]);
  });

  test("takes several results, and refuses one that was not recorded", () => {
    const x = leaf(2);
    const [a, b] = [x.mul(2), x.exp()];
    expect(inspect.steps([a, b]).data.tape.rows.op).toHaveLength(2);
    expect(() => inspect.steps(tensor([1]))).toThrow(
      "steps: the tensor was not computed from tensors that require a gradient",
    );
    expect(() => tensor([1]).forwardSteps()).toThrow("forwardSteps: the tensor was not computed");
  });
});

describe("the stored JSON", () => {
  test("of a large tape is below 256 KB, and says what it leaves out", () => {
    const w = leaf(Array.from({ length: 200 }, (_, i) => i / 200));
    let h = w;
    for (let i = 0; i < 4000; i++) h = h.mul(1.0001);
    const loss = h.sum();
    loss.backward();
    const steps = inspect.steps(loss);
    const { data } = steps;
    expect(sizeOf(data)).toBeLessThan(256_000);
    const stored = data.tape.rows.op.length;
    expect(stored).toBeGreaterThan(300);
    expect(data.totals).toEqual({ forward: 4001, backward: 4001 });
    expect(data.skipped).toEqual({ forward: 4001 - stored, backward: 0 });
    expect(data.withoutDetails).toBeGreaterThan(0);
    // the steps from the loss on have pictures
    expect(data.details.at(-2)?.inputs[0]?.contribution?.grid).not.toBeNull();
    expect(String(steps)).toMatch(/\(The first \d+ ops, and their steps, are left out\.\)/);
    expect(String(steps)).toMatch(/\(Of \d+ of \d+ steps the pictures are left out/);
    expect(String(steps.bundle()["text/html"]).length).toBeLessThan(40_000);
    expect(steps.bundle()).not.toHaveProperty("image/svg+xml");
  });

  test("of wide layers keeps statistics where pictures do not fit", () => {
    const model = new nn.Sequential(
      ...Array.from({ length: 150 }, () => [new nn.Linear(40, 40), new nn.Tanh()]).flat(),
    );
    const loss = crossEntropy(
      model.forward(tensor(Array.from({ length: 40 }, (_, i) => i / 40)).reshape(1, 40)),
      tensor([1], { dtype: "int64" }),
    );
    loss.backward();
    const { data } = inspect.steps(loss);
    expect(sizeOf(data)).toBeLessThan(256_000);
    const withStatistics = data.details.filter((d) => d?.upstream != null);
    expect(withStatistics.length).toBeGreaterThan(60);
    expect(data.withoutDetails).toBe(
      data.details.filter((d) => !d?.inputs.some((i) => i?.contribution?.grid || i?.contribution?.values)).length,
    );
  });
});

describe("a replay", () => {
  test("knows the values and the gradients after each step, forwards and backwards", () => {
    const { loss } = small();
    loss.backward();
    const replay = new Replay(inspect.steps(loss).data);
    expect(replay.length).toBe(4);
    const [a, b, mul, add] = [-1, -2, 0, 1];
    const states = Array.from({ length: 5 }, (_, p) => [a, b, mul, add].map((t) => replay.gradientOf(t, p)));
    expect(
      states.map((at) => at.map((g) => `${g.state}${g.tensor === null ? "" : ` ${g.tensor.values?.join()}`}`)),
    ).toEqual([
      ["notYet", "notYet", "notYet", "notYet"],
      ["notYet", "notYet", "notYet", "notYet"],
      ["notYet", "notYet", "notYet", "notYet"],
      ["part 1", "notYet", "whole 1", "whole 1"],
      ["whole 4", "whole 2", "whole 1", "whole 1"],
    ]);
    expect([0, 1, 2].map((p) => [mul, add].map((row) => replay.isComputed(row, p)))).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    expect([0, 1, 2, 3, 4].map((p) => replay.at(p))).toEqual([
      { phase: "start", row: -1, nth: 0, of: 2 },
      { phase: "forward", row: 0, nth: 1, of: 2 },
      { phase: "forward", row: 1, nth: 2, of: 2 },
      { phase: "backward", row: 1, nth: 1, of: 2 },
      { phase: "backward", row: 0, nth: 2, of: 2 },
    ]);
  });

  test("of a gradient that is never computed says so at the end only", () => {
    const x = leaf(2).named("x");
    const unused = x.mul(3);
    const loss = unused.detach().mul(x);
    loss.backward();
    const replay = new Replay(inspect.steps([loss, unused]).data);
    expect(replay.gradientOf(0, 0).state).toBe("notYet");
    expect(replay.gradientOf(0, replay.length).state).toBe("none");
  });
});

describe("forwardSteps", () => {
  test("yields the ops with operands and results, in the order in which they ran", () => {
    const { loss } = small();
    const steps = loss.forwardSteps();
    expect(steps.length).toBe(2);
    const taken = [...steps];
    expect(taken.map((s) => [s.index, s.op, s.inputs.map((t) => t?.item()), s.outputs.map((t) => t.item())])).toEqual([
      [1, "mul", [2, 3], [6]],
      [2, "add", [6, 2], [8]],
    ]);
    expect(String(taken[0])).toBe("forward step 1: mul, y = x z\n  a 2, b 3 → 6");
    // a second loop begins anew
    expect([...steps]).toHaveLength(2);
  });

  test("is displayed at the step that the loop has come to", () => {
    const steps = small().loss.forwardSteps();
    expect(steps.data.position).toBe(0);
    for (const _ of steps) break;
    expect(steps.data).toMatchObject({ position: 1, pass: "notRun" });
  });
});
