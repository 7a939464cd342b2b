/** Further names of ops: functions, methods, in-place forms and names in the registry follow from the record. */
import * as engine from "tapelab";
import { operators, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { aliasMethods, camelCase, isRegistryName, splitName } from "../../../engine/src/dispatch/aliases.ts";

function call(name: string, args: Readonly<Record<string, unknown>>): unknown {
  const operator = operators.get(name);
  if (operator === undefined) throw new Error(`no operator is called ${name}`);
  return (operator.callByName(args) as Tensor).toArray();
}

test("names of PyTorch become names here", () => {
  expect(camelCase("not_equal")).toBe("notEqual");
  expect(camelCase("log_normal_")).toBe("logNormal_");
  expect(camelCase("__radd__")).toBe("__radd__");
  expect(splitName("nn.functional.log_softmax")).toEqual({ namespace: "nn.functional", name: "logSoftmax" });
  expect(["_softmax", "native_layer_norm", "t_copy", "__add__", "special.erf"].map(isRegistryName)).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
});

test("an alias without a namespace is a method where the op is one, and one of Tensor always", () => {
  const record = { name: "f", torch: "f", aliases: ["g_h", "special.f", "Tensor.k"] };
  const names = (access: "function" | "method" | "in-place"): string[] =>
    aliasMethods({ ...record, access }).map(({ method }) => method);
  expect(names("function")).toEqual(["k"]);
  expect(names("method")).toEqual(["gH", "k"]);
  expect(names("in-place")).toEqual(["gH", "gH_", "k"]);
});

describe("an alias", () => {
  test("is a function that names itself in errors", () => {
    expect(engine.greaterEqual(tensor([1, 2]), 2).toArray()).toEqual([false, true]);
    expect(() => engine.multiply(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(/^multiply: /);
  });

  test("is a method, with an in-place form that records", () => {
    const x = tensor([1, -2], { requiresGrad: true });
    const y = x.mul(1);
    expect(y.subtract_(3).absolute().toArray()).toEqual([2, 5]);
    y.absolute().sum().backward();
    expect(x.grad?.toArray()).toEqual([-1, -1]);
  });

  test("is found in the registry, which visits each op once", () => {
    expect(call("subtract", { input: tensor([3]), other: 1 })).toEqual([2]);
    expect(operators.has("absolute")).toBe(true);
    expect([...operators.keys()]).not.toContain("absolute");
    expect(() => operators.get("subtract")?.callByName({ input: tensor([3]) })).toThrow(/^subtract: /);
  });

  test("exchanges the operands where Python does", () => {
    expect(call("__rsub__", { input: tensor([3]), other: 1 })).toEqual([-2]);
    expect(call("__rpow__", { input: tensor([3]), exponent: 2 })).toEqual([8]);
  });
});

test("in-place forms are found in the registry", () => {
  const x = tensor([1, 2]);
  expect(operators.get("mul_")?.callByName({ input: x, other: 3 })).toBe(x);
  expect(operators.get("__iadd__")?.callByName({ input: x, other: 1 })).toBe(x);
  expect(x.toArray()).toEqual([4, 7]);
  // the tensor is the second parameter of this function
  const y = tensor([1, 2]);
  expect(operators.get("polygamma_")?.callByName({ n: 0, input: y })).toBe(y);
  expect(y.toArray()).toEqual(engine.polygamma(0, tensor([1, 2])).toArray());
});

test("copies of views have storage of their own, and gradients flow through", () => {
  const x = tensor([[1, 2]], { requiresGrad: true });
  const y = operators.get("tCopy")?.callByName({ input: x }) as Tensor;
  expect(y.storage).not.toBe(x.storage);
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual([[1, 1]]);
});
