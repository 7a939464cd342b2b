/** Lazy modules have PyTorch's state before and after their first call, and its results. */
import { nn, tensor, zeros } from "tapelab";
import { expect, test } from "vitest";
import { camelKeys, close, fill, filled, layer, reference, shapesOf } from "./nn-reference.ts";

test.each(reference.lazy.map((c) => [c.name, JSON.stringify([c.args, c.options, c.shape]), c] as const))(
  "%s %s",
  (name, _what, c) => {
    const module = layer(name, c.args, c.options);
    expect(shapesOf(module)).toEqual(camelKeys(c.before));
    const x = filled(c.shape, 50).requiresGrad_();
    module.forward(x);
    expect(module.constructor).toBe((nn as unknown as Record<string, unknown>)[c.becomes]);
    expect(shapesOf(module)).toEqual(camelKeys(c.after));
    fill(module);
    const y = module.forward(x);
    close(y, c.output, "output");
    y.mul(filled(y.shape, 90)).sum().backward();
    close(x.grad, c.gradient, "gradient of the input");
    module.parameters().forEach((p, i) => close(p.grad, c.gradients[i], `gradient ${i}`));
    const buffers = new Map(module.namedBuffers());
    for (const [key, b] of Object.entries(camelKeys(c.buffers))) close(buffers.get(key), b, key);
    // the state of an initialized module fits one that is not, which then computes the same
    const loaded = layer(name, c.args, c.options).loadStateDict(module.stateDict()).eval();
    close(loaded.forward(x), [...module.eval().forward(x).toTypedArray()], "output of a loaded module");
    expect(shapesOf(loaded)).toEqual(camelKeys(c.after));
  },
);

test("a lazy module prints its sizes so far, then those of the class that it becomes", () => {
  const model = new nn.Sequential(
    new nn.LazyConv2d(4, 3),
    new nn.LazyBatchNorm2d(),
    new nn.Flatten(),
    new nn.LazyLinear(2),
  );
  expect(String(model)).toContain("(3): LazyLinear(0, 2, bias=true)");
  expect(String(model.parameters()[0])).toBe("UninitializedParameter()");
  expect(model.forward(zeros([2, 3, 5, 5])).shape).toEqual([2, 2]);
  expect(String(model)).toContain("(0): Conv2d(3, 4, kernelSize=3×3");
  expect(String(model)).toContain("(1): BatchNorm2d(4,");
  expect(String(model)).toContain("(3): Linear(36, 2, bias=true)");
});

test("parameters stay the same objects, so an optimizer may have them before", () => {
  const module = new nn.LazyLinear(3);
  const before = module.parameters();
  module.to("float64");
  expect(module.forward(zeros([4, 20], { dtype: "float64" })).shape).toEqual([4, 3]);
  expect(module.parameters().every((p, i) => p === before[i] && p.dtype === "float64" && p.requiresGrad)).toBe(true);
  expect(module.weight.abs().amax().item()).toBeLessThanOrEqual(1 / Math.sqrt(20));
  expect(module.weight.abs().amax().item()).toBeGreaterThan(0.1);
});

test("a state without sizes fits no initialized module, and a lazy one stays lazy with it", () => {
  const state = new nn.LazyLinear(3).stateDict();
  expect(() => new nn.Linear(2, 3).loadStateDict(state)).toThrow(/^loadStateDict: weight, bias must keep their shapes/);
  const lazy = new nn.LazyLinear(3).loadStateDict(state);
  expect(lazy.constructor).toBe(nn.LazyLinear);
  expect(lazy.forward(zeros([2])).shape).toEqual([3]);
});

test("the first input must have the dimensions of the layer; after an error the module is still lazy", () => {
  const conv = new nn.LazyConv2d(4, 3, { groups: 2 });
  expect(() => conv.forward(zeros([3]))).toThrow(/^LazyConv2d: the input must have 3 or 4 dimensions/);
  expect(() => conv.forward(zeros([1, 3, 4, 4]))).toThrow(
    /^LazyConv2d: groups must divide the input channels, but got 2 for 3/,
  );
  expect(() => new nn.LazyLinear(2).forward(tensor(1))).toThrow(
    /^LazyLinear: the input must have at least 1 dimension/,
  );
  expect(() => new nn.LazyInstanceNorm2d().forward(zeros([2, 3]))).toThrow(
    /^LazyInstanceNorm2d: the input must have 3 or 4 dimensions/,
  );
  expect(() => new nn.LazyBatchNorm2d().forward(zeros([4]))).toThrow(/^LazyBatchNorm2d: the input must have/);
  expect(conv.forward(zeros([1, 2, 4, 4])).shape).toEqual([1, 4, 2, 2]);
  expect(() => new nn.LazyLinear(2).forward(3 as never)).toThrow(/Linear: /);
  expect(() => new nn.LazyLinear(2, 3 as never)).toThrow(/^LazyLinear: /);
});
