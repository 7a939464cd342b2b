import { autograd, inspect, nn, ones, scope, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { setWatch } from "../../../../engine/src/tape/watch/watch.ts";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

describe("onRecord", () => {
  test("calls hooks for recorded ops, filtered by op and scope", () => {
    const x = leaf([1, 2]);
    const seen: string[] = [];
    const handles = [
      inspect.onRecord((e) => void seen.push(`all ${e.op}`)),
      inspect.onRecord((e) => void seen.push(`exp ${e.inputs[0]?.shape.join()}`), { op: "exp" }),
      inspect.onRecord((e) => void seen.push(`scope ${e.op}`), { scope: "inner" }),
    ];
    scope("outer", () => x.mul(2));
    scope("outer", () => scope("inner", () => x.exp()));
    tensor([1]).mul(2);
    for (const h of handles) h.remove();
    x.mul(3);
    expect(seen).toEqual(["all mul", "all exp", "exp 2", "scope exp"]);
  });
  test("knows the cell, also of ops that are not watched", () => {
    const site = { file: "cell[4]", cellId: null, count: 4, line: 2, column: 1 };
    setWatch({ nodes: 1, site: () => ({ resolve: () => site }) });
    const x = leaf([1, 2]);
    const lines: unknown[] = [];
    const handles = [
      inspect.onRecord((e) => void lines.push(e.site?.line), { cell: 4 }),
      inspect.onRecord(() => void lines.push("wrong"), { cell: 5 }),
    ];
    x.mul(2).mul(3);
    for (const h of handles) h.remove();
    setWatch({ nodes: 0 });
    expect(lines).toEqual([2, 2]);
  });
  test("replaces values in a running model, and gradients follow", () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1));
    const x = ones([1, 2], { requiresGrad: true });
    const ablate = inspect.onRecord((e) => e.outputs[0]?.mul(0), { op: "relu" });
    const y = model.forward(x);
    ablate.remove();
    const last = model.at(2) as nn.Linear;
    expect(y.item()).toBeCloseTo(last.bias?.item() ?? Number.NaN);
    y.sum().backward();
    expect(x.grad?.abs().sum().item()).toBe(0);
  });
  test("stops the program, and refuses other shapes", () => {
    const x = leaf([1, 2]);
    const stop = inspect.onRecord((e) => e.stop("seen enough"));
    expect(() => x.mul(2)).toThrow(inspect.Stopped);
    stop.remove();
    const wrong = inspect.onRecord(() => tensor([1]));
    expect(() => x.mul(2)).toThrow("a hook must return a tensor of the same shape");
    wrong.remove();
    expect(x.mul(2).toArray()).toEqual([2, 4]);
  });
});

describe("onGradient", () => {
  test("sees, replaces and stops cotangents", () => {
    const [x, z] = [leaf([1, 2]), leaf([3, 4])];
    const seen: string[] = [];
    const look = inspect.onGradient((e) => void seen.push(`${e.op} ${e.gradients[0]?.sum().item()}`));
    const loss = (): Tensor => x.mul(2).add(z.exp().mul(0)).sum();
    loss().backward();
    expect(seen[0]).toBe("sum 1");
    expect(seen).toContain("mul 2");
    look.remove();
    x.grad = null;
    const scale = inspect.onGradient(({ gradients: [g] }) => g?.mul(10), { op: "add" });
    loss().backward();
    scale.remove();
    expect((x.grad as Tensor | null)?.toArray()).toEqual([20, 20]);
    x.grad = null;
    const block = inspect.onGradient(() => null, { op: "add" });
    loss().backward();
    block.remove();
    expect(x.grad).toBeNull();
  });
  test("is called in every backward of a retained graph", () => {
    const x = leaf([1, 2]);
    let count = 0;
    const handle = inspect.onGradient(() => void count++, { op: "mul" });
    autograd.grad(x.mul(x).sum(), [x]);
    handle.remove();
    expect(count).toBe(1);
  });
});
