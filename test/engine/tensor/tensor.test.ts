import { arange, tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

test("views share the storage of their base", () => {
  const x = arange(6).reshape([2, 3]);
  for (const view of [
    x.t(),
    x.reshape([3, 2]),
    x.select(0, 1),
    x.narrow(1, 1, 2),
    x.unsqueeze(0),
    x.expand([4, 2, 3]),
    x.at({ start: 1 }),
  ])
    expect(view.storage).toBe(x.storage);
  x.fill_(7);
  expect(x.t().toArray()).toEqual([
    [7, 7],
    [7, 7],
    [7, 7],
  ]);
});

test("reshape copies only where a view is impossible", () => {
  const x = arange(6).reshape([2, 3]).t();
  expect(x.reshape([6]).storage).not.toBe(x.storage);
  expect(x.reshape([6]).toArray()).toEqual([0, 3, 1, 4, 2, 5]);
  expect(x.reshape([3, 1, 2]).storage).toBe(x.storage);
  expect(() => x.view([6])).toThrow(
    "view: the elements do not lie in memory as this view needs; use reshape, but got [3, 2] and [6]",
  );
});

test("item throws for more than one element", () => {
  expect(tensor([[5]]).item()).toBe(5);
  expect(() => zeros([2]).item()).toThrow("item: the tensor must have exactly one element, but got [2]");
});

test("JavaScript arithmetic throws an error that names the methods to call, and templates print", () => {
  const x = tensor([1]) as unknown as number;
  expect(() => x + 1).toThrow("Tensor: JavaScript cannot calculate with tensors; write a.add(b)");
  expect(() => -x).toThrow("x.item() for a number");
  expect(`${x}`).toBe("tensor([1.])");
});

test("permuted, narrowed and selected views read the right elements", () => {
  const x = arange(24).reshape([2, 3, 4]);
  const y = x.permute([2, 0, 1]).narrow(0, 1, 2).select(1, 1);
  expect(y.toArray()).toEqual([
    [13, 17, 21],
    [14, 18, 22],
  ]);
});

test("toTypedArray returns a copy", () => {
  const x = tensor([1, 2]);
  x.toTypedArray()[0] = 9;
  expect(x.toArray()).toEqual([1, 2]);
});

test("sizes and transposes have PyTorch's names", () => {
  const x = zeros([2, 3, 4]);
  expect([x.numel(), x.dim(), x.ndim, x.size(-1)]).toEqual([24, 3, 3, 4]);
  expect(x.size()).toEqual([2, 3, 4]);
  expect(x.mT.shape).toEqual([2, 4, 3]);
  expect(zeros([2, 3]).T.shape).toEqual([3, 2]);
  expect(x.isContiguous()).toBe(true);
  expect(x.mT.isContiguous()).toBe(false);
});
