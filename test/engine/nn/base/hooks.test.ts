/** Hooks of modules inside `vmap`. */
import { func, manualSeed, nn, randn, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";

const doubled = (): nn.Linear => {
  const model = new nn.Linear(3, 2);
  model.registerFullBackwardHook((_, gradInput) => gradInput.map((g) => g?.mul(2) ?? null));
  return model;
};

test("backward hooks run inside vmap of grad, with the gradients of one sample", () => {
  manualSeed(1);
  const model = doubled();
  const shapes: (readonly number[])[] = [];
  model.registerFullBackwardPreHook((_, gradOutput) => void shapes.push(...gradOutput.map((g) => g?.shape ?? [])));
  const gradients = func.vmap((row: Tensor) => func.grad((x: Tensor) => model.forward(x).sum())(row))(randn([4, 3]));
  expect(shapes, "shapes of the outputs' gradients").toEqual([[2]]);
  const expected = model.weight.detach().sum(0).mul(2);
  for (const g of gradients) expect(g.sub(expected).abs().max().item()).toBe(0);
});

test("backward hooks run in a backward pass behind vmap", () => {
  manualSeed(1);
  const model = doubled();
  const x = randn([4, 3], { requiresGrad: true });
  func
    .vmap((row: Tensor) => model.forward(row))(x)
    .sum()
    .backward();
  const expected = model.weight.detach().sum(0).mul(2);
  for (const g of x.grad ?? []) expect(g.sub(expected).abs().max().item()).toBe(0);
  expect(model.weight.grad?.shape).toEqual([2, 3]);
});

test("hooks before the backward pass replace gradients of parameters inside vmap, where no input requires one", () => {
  const model = new nn.Linear(2, 1, { bias: false });
  model.registerFullBackwardPreHook((_, gradOutput) => gradOutput.map((g) => g?.mul(3) ?? null));
  func
    .vmap((row: Tensor) => model.forward(row))(
      tensor([
        [1, 2],
        [10, 20],
      ]),
    )
    .sum()
    .backward();
  expect(model.weight.grad?.toArray()).toEqual([[33, 66]]);
});
