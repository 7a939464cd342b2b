/** Errors for mistakes of beginners and of users of PyTorch say what to write instead. */
import { cat, data, F, Generator, manualSeed, nn, ones, optim, Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

type Wrong = (...args: unknown[]) => unknown;
type WrongClass = new (...args: unknown[]) => unknown;

/** Calls that do not compile in TypeScript, from JavaScript. */
const call =
  (f: unknown, ...args: unknown[]): (() => unknown) =>
  () =>
    (f as Wrong)(...args);
const method =
  (of: object, name: string, ...args: unknown[]): (() => unknown) =>
  () =>
    (of as Record<string, Wrong>)[name](...args);
const made =
  (of: unknown, ...args: unknown[]): (() => unknown) =>
  () =>
    new (of as WrongClass)(...args);

const x = tensor([
  [1, 2],
  [3, 4],
]);
const net = new nn.Linear(2, 2);

describe("errors say what to write instead", () => {
  test.each<[string, () => unknown]>([
    ["SGD: options must be .*, but got 0.1; write { lr: 0.1 }", made(optim.SGD, net.parameters(), 0.1)],
    ["Adam: options must be .*; write { lr: 0.01 }", made(optim.Adam, net.parameters(), 0.01)],
    ["Linear: options must be .*; write { bias: false }", made(nn.Linear, 3, 2, false)],
    ['tensor: options must be .*; write { dtype: "float64" }', call(tensor, [1], "float64")],
    ['mseLoss: options must be .*; write { reduction: "sum" }', call(F.mseLoss, x, x, "sum")],
    ["softmax: dim must be a number, but got { dim: 1 }; write 1, without a name", call(F.softmax, x, { dim: 1 })],
    ['sum: no option is called "axis"; did you mean "dim"', method(x, "sum", { axis: 1 })],
    [
      'SGD: no option is called "learning_rate"; did you mean "lr"',
      made(optim.SGD, net.parameters(), { learning_rate: 1 }),
    ],
    ["cat: tensors must be an array of tensors, .*; put it into an array", call(cat, x, x)],
    ["Sequential: layers must be Modules, .*; pass its elements one by one", made(nn.Sequential, [net, net])],
    ["Sequential: layers must be Modules, but got the class ReLU; write new ReLU", made(nn.Sequential, nn.ReLU)],
    ["SGD: parameters must be .*; pass model.parameters()", made(optim.SGD, net, { lr: 1 })],
    ["clipGradNorm_: parameters must be .*; pass model.parameters()", call(nn.utils.clipGradNorm_, net, 1)],
    ["loadStateDict: state must be .*; pass model.stateDict()", method(net, "loadStateDict", net)],
    ["add: other must be .*; make a tensor of it", method(x, "add", [1, 2])],
    ["relu: input must be a tensor, but got 5; make a tensor of it", call(F.relu, 5)],
    ["max: other must be .*, but got", method(x, "max", "1")],
    ["view: size must be numbers or arrays of numbers, but got", method(x, "view", "4")],
    [
      "tensor: data must be a number, a BigInt, a tensor, a complex number { re, im }, an array, a boolean or a typed array, but got {}",
      call(tensor, {}),
    ],
  ])("%s", (message, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${message.replaceAll(/[{}()?]/g, "\\$&")}`));
  });
});

describe("wrong values of the right type", () => {
  test.each<[string, () => unknown]>([
    ["Tensor: expected a storage and a shape; make tensors with tensor([1, 2])", made(Tensor, [1, 2])],
    ["Adam: betas must be two numbers, but got 0.9", made(optim.Adam, net.parameters(), { betas: [0.9] })],
    ["normal_: std must be at least 0", call(nn.init.normal_, ones([2]), 0, -1)],
    ["uniform_: low must be at most high", call(nn.init.uniform_, ones([2]), 1, 0)],
    ["integer: low and high must be integers with low < high", method(new Generator(1), "integer", 5, 2)],
    ["setState: expected four integers", method(new Generator(1), "setState", { words: [1], spare: null })],
    ["manualSeed: seed must be a finite number", call(manualSeed, Number.NaN)],
    ["DataLoader: a data set has a length", made(data.DataLoader, { length: -2, batch: () => [] })],
    ["DataLoader: a data set has a length", made(data.DataLoader, { length: 2, batch: 5 })],
    ["parseCSV: Invalid Record Length", call(data.parseCSV, "a,b\n1,2,3")],
    [
      'binaryCrossEntropyWithLogits: expected a float tensor, but got bool; x.to("float32") converts',
      call(F.binaryCrossEntropyWithLogits, x, x.gt(2)),
    ],
    ["crossEntropy: float targets are class probabilities", call(F.crossEntropy, x, tensor([0, 1]))],
    [
      'mean: expected a float tensor, but got int32; x.to("float32") converts',
      () => tensor([1], { dtype: "int32" }).mean(),
    ],
  ])("%s", (message, wrong) => {
    expect(wrong).toThrow(message);
  });
  test("an optimizer whose learning rate became NaN throws before the step", () => {
    const optimizer = new optim.SGD(net.parameters(), { lr: 1 });
    optimizer.lr = Number.NaN;
    expect(() => optimizer.step()).toThrow("SGD: lr must be at least 0, but got NaN");
  });
  test("a module without forward throws when it is called", () => {
    class Net extends (nn.Module as unknown as new () => { forward(x: Tensor): Tensor }) {}
    expect(() => new Net().forward(x)).toThrow("Net: expected a method forward(x)");
  });
});
