/** Containers: lists and records of modules and parameters. */

import { nn, ones, type Tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const names = (module: nn.Module): string[] => Object.keys(module.stateDict());
const widths = (list: Iterable<nn.Module>): number[] => Array.from(list, (m) => (m as nn.Linear).outFeatures);
const linear = (width: number): nn.Linear => new nn.Linear(1, width, { bias: false });

describe("ModuleList", () => {
  test("registers its modules under their indices, in the order of the list", () => {
    const list = new nn.ModuleList([linear(1), linear(2)]).append(linear(3)).extend([linear(4)]);
    expect(names(list)).toEqual(["0.weight", "1.weight", "2.weight", "3.weight"]);
    expect(widths(list)).toEqual([1, 2, 3, 4]);
    expect(list.insert(1, linear(9))).toHaveLength(5);
    expect(list.insert(-1, linear(8)).length).toBe(6);
    expect(widths(list)).toEqual([1, 9, 2, 3, 8, 4]);
    expect(list.pop(0).outFeatures).toBe(1);
    expect(list.pop().outFeatures).toBe(4);
    expect(widths(list)).toEqual([9, 2, 3, 8]);
    expect(names(list)).toHaveLength(4);
    expect(list.at(-1)?.outFeatures).toBe(8);
    list[0] = linear(5);
    expect(widths(list)).toEqual([5, 2, 3, 8]);
  });

  test("refuses indices out of range, and a call", () => {
    const list = new nn.ModuleList([linear(1)]);
    expect(() => list.pop(1)).toThrow("ModuleList: index 1 is out of range for 1 modules");
    expect(() => list.insert(3, linear(1))).toThrow("ModuleList: index 3 is out of range for 1 modules");
    expect(() => list.forward()).toThrow("ModuleList: this container has no forward");
  });

  test("a sequence of layers takes the same changes", () => {
    const model = new nn.Sequential(linear(1)).append(new nn.ReLU()).insert(0, linear(1));
    expect(model.forward(ones([1])).shape).toEqual([1]);
    expect(names(model)).toEqual(["0.weight", "1.weight"]);
  });
});

describe("ModuleDict", () => {
  test("registers its modules under their names", () => {
    const dict = new nn.ModuleDict<nn.Linear>({ a: linear(1) }).set("b", linear(2));
    dict.update({ c: linear(3), a: linear(4) });
    expect([...dict.keys()]).toEqual(["a", "b", "c"]);
    expect(widths(dict.values())).toEqual([4, 2, 3]);
    expect(names(dict)).toEqual(["a.weight", "b.weight", "c.weight"]);
    expect([dict.size, dict.has("b"), dict.has("d"), dict.has("get")]).toEqual([3, true, false, false]);
    expect(dict.get("b").outFeatures).toBe(2);
    expect([dict.delete("b"), dict.delete("b"), dict.size]).toEqual([true, false, 2]);
    expect(Array.from(dict, ([name]) => name)).toEqual(["a", "c"]);
  });

  test("refuses names that it cannot register", () => {
    const dict = new nn.ModuleDict();
    expect(() => dict.set("a.b", linear(1))).toThrow("a name must not be empty or have a dot");
    expect(() => dict.set("", linear(1))).toThrow("a name must not be empty or have a dot");
    expect(() => dict.set("keys", linear(1))).toThrow('"keys" is already a member of ModuleDict');
    expect(() => dict.get("a")).toThrow('getSubmodule: nothing is called "a"');
  });
});

test("lists and records of parameters register them", () => {
  class Mixed extends nn.Module {
    list = new nn.ParameterList([zeros([2]), new nn.Parameter(ones([1]), false)]).append(zeros([3]));
    dict = new nn.ParameterDict({ a: zeros([2]) }).set("b", ones([4]));
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  const mixed = new Mixed();
  expect(names(mixed)).toEqual(["list.0", "list.1", "list.2", "dict.a", "dict.b"]);
  expect(mixed.list.at(-1).shape).toEqual([3]);
  expect(Array.from(mixed.list, (p) => p.requiresGrad)).toEqual([true, false, true]);
  expect(() => mixed.list.at(3)).toThrow("ParameterList: index 3 is out of range for 3 parameters");
  expect([...mixed.dict.keys(), mixed.dict.get("b").numel(), mixed.dict.size]).toEqual(["a", "b", 4, 2]);
  expect([mixed.dict.delete("a"), mixed.dict.has("a")]).toEqual([true, false]);
});
