/** Casts of modules: dtypes of parameters, buffers and gradients, and what stays the same. */
import { nn, ones, optim, tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

test("to casts float parameters, buffers and gradients in place; integers keep their dtype", () => {
  const model = new nn.Sequential(new nn.Linear(3, 20), new nn.BatchNorm1d(20));
  const before = model.parameters();
  model
    .forward(ones([2, 3]))
    .sum()
    .backward();
  const weight = before[0].toArray();
  expect(model.to("float64")).toBe(model);
  expect(
    model.parameters().every((p, i) => p === before[i] && p.dtype === "float64" && p.grad?.dtype === "float64"),
  ).toBe(true);
  expect(before[0].toArray()).toEqual(weight);
  expect(model.buffers().map((b) => b.dtype)).toEqual(["float64", "float64", "int64"]);
  expect([model.half().parameters()[0].dtype, model.bfloat16().parameters()[0].dtype]).toEqual(["float16", "bfloat16"]);
  expect([model.double().parameters()[0].dtype, model.float().parameters()[0].dtype]).toEqual(["float64", "float32"]);
  expect(before[0].isLeaf && before[0].requiresGrad).toBe(true);
});

test("a module that was used before its cast trains on, with its optimizer and its hooks", () => {
  const layer = new nn.Linear(2, 1, { bias: false });
  const optimizer = new optim.SGD(layer.parameters(), { lr: 0.5 });
  const seen: string[] = [];
  layer.weight.registerHook((g) => void seen.push(g.dtype));
  layer.forward(ones([2])).backward();
  layer.double().zeroGrad();
  const [[a, b]] = layer.weight.toArray<number[][]>();
  layer.forward(tensor([1, 2], { dtype: "float64" })).backward();
  optimizer.step();
  expect(layer.weight.toArray()).toEqual([[a - 0.5, b - 1]]);
  expect(seen).toEqual(["float32", "float64"]);
});

test("tied and complex parameters", () => {
  const shared = new nn.Linear(2, 2);
  const model = new nn.Sequential(shared, shared).double();
  expect(model.parameters()).toHaveLength(2);
  const z = new nn.Parameter(zeros([2, 3], { dtype: "complex64" }));
  expect([z.dtype, z.shape]).toEqual(["complex64", [2, 3]]);
  const mixed = new nn.ParameterList([z, ones([2])]).to("float64");
  expect(mixed.parameters().map((p) => p.dtype)).toEqual(["complex64", "float64"]);
});

test("a module has a float dtype", () => {
  expect(() => new nn.Linear(2, 1).to("int32")).toThrow(/^to: a module has a float dtype, but got int32/);
});

test("Residual adds its input, and passes gradients on both ways", () => {
  const layer = new nn.Residual(new nn.Linear(20, 20));
  expect(Object.keys(layer.stateDict())).toEqual(["fn.weight", "fn.bias"]);
  const x = ones([20], { requiresGrad: true });
  const y = layer.forward(x);
  expect(y.toArray()).toEqual(layer.fn.forward(x).add(x).toArray());
  y.sum().backward();
  const { weight } = layer.fn as nn.Linear;
  x.grad!.sub(weight.sum(0).add(1))
    .toTypedArray()
    .forEach((d) => expect(d).toBeCloseTo(0, 5));
});
