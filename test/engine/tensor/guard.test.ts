/** How public functions refuse arguments: in the words of the caller, with what was meant. */
import * as tapelab from "tapelab";
import { describe, expect, test } from "vitest";

const { arange, autograd, data, embedding, F, func, index, nn, ones, optim, randn, relu, sum, tape, tensor, zeros } =
  tapelab;

/** A value that TypeScript refuses. */
const wrong = (x: unknown): never => x as never;

type Call = (...args: unknown[]) => unknown;

const x = ones([2, 3]);
const model = new nn.Linear(3, 2);

describe("refusals", () => {
  test.each<readonly [() => unknown, string]>([
    // unknown options
    [
      () => sum(x, wrong({ keep_dim: true })),
      'sum: no option is called "keep_dim"; did you mean "keepdim"? there are dtype, dim, keepdim',
    ],
    [() => new nn.Linear(3, 2, wrong({ biass: false })), 'Linear: no option is called "biass"; did you mean "bias"?'],
    [
      () => new optim.SGD(model.parameters(), wrong({ weight_decay: 1 })),
      'SGD: no option is called "weight_decay"; did you mean "weightDecay"?',
    ],
    [() => new data.DataLoader(new data.TensorDataset(x), wrong({ batch_size: 4 })), 'did you mean "batchSize"?'],
    [
      () => zeros([2], wrong({ requires_grad: true })),
      'zeros: no option is called "requires_grad"; did you mean "requiresGrad"?',
    ],
    [
      () => x.sum().backward(wrong({ retain_graph: true })),
      'backward: no option is called "retain_graph"; did you mean "retainGraph"?',
    ],
    [() => F.gelu(x, wrong({ approx: "tanh" })), 'gelu: no option is called "approx"'],
    [
      () => F.crossEntropy(x, tensor([0, 1]), { reduction: wrong("avg") }),
      'crossEntropy: reduction must be one of "none", "mean", "sum", but got "avg"',
    ],
    [() => sum(x, { keepdim: wrong("yes") }), 'sum: keepdim must be a boolean, but got "yes"'],
    // further arguments
    [() => (x.mul as Call).call(x, 2, true), "mul: expected at most 1 argument (other), but got 2; the last is true"],
    [() => new nn.ReLU(...([{ inplace: true }] as never[])), "ReLU: expected no arguments, but got 1"],
    [() => tensor([1], wrong("int32")), 'tensor: options must be an object { dtype, requiresGrad }, but got "int32"'],
    // kinds
    [
      () => zeros([2], { dtype: wrong("float16") }),
      'zeros: dtype must be one of "float32", "float64", "int32", "bool", but got "float16"',
    ],
    [() => x.to(wrong("half")), 'to: dtype must be one of "float32", "float64", "int32", "bool", but got "half"'],
    [
      () => new optim.SGD(wrong(model), { lr: 0.1 }),
      "SGD: parameters must be an array of tensors, but got a Linear; pass model.parameters()",
    ],
    [() => tape(wrong(null)), "tape: result must be a tensor or an array of tensors, but got null"],
    [
      () => autograd.checkpoint((t: tapelab.Tensor) => t, wrong(x)),
      "checkpoint: args must be an array, but got a tensor of shape [2, 3]",
    ],
    [() => tensor(wrong(new BigInt64Array(2))), "but got a BigInt64Array"],
    [() => tensor(wrong(["a"])), "tensor: data must be numbers, booleans or arrays of them"],
    [() => func.grad(wrong(null)), "grad: f must be a function, but got null"],
    [() => func.vmap(wrong(nn.Linear)), "vmap: f must be a function, but got the class Linear"],
    [() => x.matmul(wrong(undefined)), "matmul: other must be a tensor, but got undefined"],
    // sizes, dimensions and indices
    [() => zeros([1e10]), "zeros: [10000000000] are 10000000000 elements, which do not fit in memory"],
    [() => zeros([2.5]), "zeros: sizes must be integers of at least 0, but got 2.5 in [2.5]"],
    [() => randn(-1), "randn: sizes must be integers of at least 0, but got -1 in [-1]"],
    [() => arange(1e10), "arange: [10000000000] are 10000000000 elements"],
    [() => x.sum(Number.NaN), "sum: dim must be an integer in [-2, 1], but got NaN"],
    [() => index(x, 0.5), "index: index"],
    [() => index(x, [0.5]), "index: an array of indices must hold integers, but got 0.5"],
    [() => index(x, 5), "index: index 5 is out of range"],
    [() => embedding(tensor([7], { dtype: "int32" }), ones([4, 2])), "embedding: index 7 is out of range"],
    [() => new nn.LayerNorm(-1), "LayerNorm: sizes must be integers of at least 0"],
  ])("%#", (call, text) => {
    expect(call).toThrow(text);
  });
});

test("assigned gradients are tensors", () => {
  const w = ones([2], { requiresGrad: true });
  expect(() => {
    w.grad = wrong(5);
  }).toThrow("grad: a gradient is a tensor or null, but got number");
  expect(() => {
    w.requiresGrad = wrong("yes");
  }).toThrow("requiresGrad: must be true or false, but got string");
});

test("an array of booleans is a mask", () => {
  expect(tensor([1, 2, 3]).index([true, false, true]).toArray()).toEqual([1, 3]);
  expect(() => tensor([1, 2, 3]).index([true, false])).toThrow("index: a mask must have the shape");
});

test("functions of one argument are callbacks of arrays", () => {
  expect([tensor([-1]), tensor([2])].map(relu).map((t) => t.item())).toEqual([0, 2]);
});

test("errors of the program's own code keep their names", () => {
  const own = (t: tapelab.Tensor): tapelab.Tensor => t.reshape([7]).sum();
  expect(() => func.grad(own)(ones([2]))).toThrow(/^reshape: /);
  expect(() =>
    func.grad((_t: tapelab.Tensor) => {
      throw new RangeError("mine");
    })(ones([2])),
  ).toThrow(new RangeError("mine"));
});

test("an error's op, message and stack name the function that was called", () => {
  try {
    embedding(tensor([7], { dtype: "int32" }), ones([4, 2]));
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ op: "embedding" });
    expect((error as Error).stack?.split("\n")[0]).toContain("embedding: index 7");
  }
});
