/** CMU 10-714's NEEDLE: operators, values, topological order and conventions, without its known mistakes. */
import { autograd, conv2d, crossEntropy, Generator, needle, randn, type Tensor, tape, tensor } from "tapelab";
import { afterEach, describe, expect, test } from "vitest";

const { ops } = needle;
const value = (data: ConstructorParameters<typeof needle.Tensor>[0]): needle.Tensor =>
  new needle.Tensor(data, { dtype: "float64" });

afterEach(() => needle.setLazyMode(false));

test("exports the 29 operator classes and their functions", () => {
  const classes =
    "EWiseAdd AddScalar EWiseMul MulScalar EWisePow PowerScalar EWiseDiv DivScalar Transpose Reshape BroadcastTo Summation MatMul Negate Log Exp ReLU Tanh Stack Split Flip Dilate UnDilate Conv MakeTensorTuple TupleGetItem FusedAddScalars LogSoftmax LogSumExp";
  const functions =
    "add addScalar multiply mulScalar power powerScalar divide divideScalar transpose reshape broadcastTo summation matmul negate log exp relu tanh stack split flip dilate undilate conv makeTuple tupleGetItem fusedAddScalars logsoftmax logsumexp";
  for (const name of `${classes} ${functions}`.split(" ")) expect(ops, name).toHaveProperty(name);
  expect(Object.keys(ops).length).toBe(58);
});

describe("forward values of the course's tests", () => {
  test.each<[string, () => needle.Tensor, unknown]>([
    ["powerScalar", () => ops.powerScalar(value([[0.5, 2, 3]]), 2), [[0.25, 4, 9]]],
    ["ewisePow", () => ops.power(value([1, 2, 3]), value([2, 3, 2])), [1, 8, 9]],
    ["divide", () => ops.divide(value([3, 1]), value([2, 4])), [1.5, 0.25]],
    ["divideScalar", () => ops.divideScalar(value([3, 1]), 2), [1.5, 0.5]],
    [
      "matmul",
      () =>
        ops.matmul(
          value([
            [1, 2],
            [3, 4],
          ]),
          value([
            [1, 0],
            [1, 1],
          ]),
        ),
      [
        [3, 2],
        [7, 4],
      ],
    ],
    [
      "summation",
      () =>
        ops.summation(
          value([
            [2, 3],
            [4, 5],
          ]),
          [1],
        ),
      [5, 9],
    ],
    [
      "summation of all",
      () =>
        ops.summation(
          value([
            [2, 3],
            [4, 5],
          ]),
        ),
      14,
    ],
    [
      "broadcastTo",
      () => ops.broadcastTo(value([[1, 2]]), [2, 2]),
      [
        [1, 2],
        [1, 2],
      ],
    ],
    [
      "reshape",
      () => ops.reshape(value([1, 2, 3, 4]), [2, 2]),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["negate", () => ops.negate(value([1, -2])), [-1, 2]],
    [
      "transpose of the last two",
      () =>
        ops.transpose(
          value([
            [
              [1, 2],
              [3, 4],
            ],
          ]),
        ),
      [
        [
          [1, 3],
          [2, 4],
        ],
      ],
    ],
    [
      "transpose of others",
      () =>
        ops.transpose(
          value([
            [
              [1, 2],
              [3, 4],
            ],
          ]),
          [0, 1],
        ),
      [[[1, 2]], [[3, 4]]],
    ],
    [
      "dilate",
      () =>
        ops.dilate(
          value([
            [1, 2],
            [3, 4],
          ]),
          [0, 1],
          1,
        ),
      [
        [1, 0, 2, 0],
        [0, 0, 0, 0],
        [3, 0, 4, 0],
        [0, 0, 0, 0],
      ],
    ],
    [
      "undilate",
      () =>
        ops.undilate(
          value([
            [1, 0, 2, 0],
            [0, 0, 0, 0],
          ]),
          [0, 1],
          1,
        ),
      [[1, 2]],
    ],
    [
      "flip",
      () =>
        ops.flip(
          value([
            [1, 2],
            [3, 4],
          ]),
          [0],
        ),
      [
        [3, 4],
        [1, 2],
      ],
    ],
    [
      "stack",
      () => ops.stack([value([1, 2]), value([3, 4])], 1),
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      "split",
      () =>
        ops
          .split(
            value([
              [1, 2],
              [3, 4],
            ]),
            1,
          )
          .at(0),
      [1, 3],
    ],
    ["fusedAddScalars", () => ops.fusedAddScalars(value([1]), 2, 3).at(1), [4]],
    ["logsumexp", () => ops.exp(ops.logsumexp(value([[Math.log(1), Math.log(3)]]), [1])), [4]],
  ])("%s", (_name, f, expected) => {
    const close = (a: unknown, b: unknown): void => {
      if (Array.isArray(b)) b.forEach((v: unknown, i) => close((a as readonly unknown[])[i], v));
      else expect(a).toBeCloseTo(b as number, 10);
    };
    close(f().numpy(), expected);
  });
});

describe("gradients", () => {
  const random = new Generator(5);
  const at = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", generator: random }).abs().add(0.5);
  const cases: [string, (...xs: needle.Tensor[]) => needle.Tensor, Tensor[]][] = [
    ["add", ops.add, [at(2, 3), at(2, 3)]],
    ["multiply", ops.multiply, [at(2, 3), at(2, 3)]],
    ["power", ops.power, [at(3), at(3)]],
    ["powerScalar", (x) => ops.powerScalar(x, 3), [at(3)]],
    ["divide", ops.divide, [at(3), at(3)]],
    ["scalars", (x) => ops.divideScalar(ops.mulScalar(ops.addScalar(x, 1), 3), 2), [at(3)]],
    ["matmul", ops.matmul, [at(3, 2), at(2, 4)]],
    ["matmul of a batch with one matrix", ops.matmul, [at(2, 3, 2), at(2, 4)]],
    ["summation", (x) => ops.summation(x, [0, 2]), [at(2, 3, 2)]],
    ["broadcastTo", (x) => ops.broadcastTo(x, [2, 3, 4]), [at(3, 1)]],
    ["broadcastTo of a scalar", (x) => ops.broadcastTo(x, [2, 3]), [at()]],
    ["reshape and transpose", (x) => ops.transpose(ops.reshape(x, [3, 2]), [0, 1]), [at(6)]],
    ["log, exp, tanh", (x) => ops.tanh(ops.exp(ops.negate(ops.log(x)))), [at(4)]],
    ["relu", (x) => ops.relu(x.sub(1)), [at(5)]],
    ["logsumexp", (x) => ops.logsumexp(x, [0]), [at(3, 4)]],
    ["logsumexp of all", (x) => ops.logsumexp(x), [at(3, 4)]],
    ["logsoftmax", (x) => ops.logsoftmax(x), [at(3, 4)]],
    ["stack and split", (a, b) => ops.split(ops.stack([a, b], 1), 1).at(1), [at(3), at(3)]],
    [
      "tuples",
      (a, b) =>
        ops
          .makeTuple(a, b)
          .add(ops.fusedAddScalars(a, 1, 2))
          .tuple()
          .reduce((p, q) => p.mul(q)),
      [at(3), at(3)],
    ],
    ["flip and dilate", (x) => ops.undilate(ops.dilate(ops.flip(x, [0, 1]), [1], 2), [0], 1), [at(3, 4)]],
    ["conv", (x, w) => ops.conv(x, w), [at(2, 5, 5, 2), at(3, 3, 2, 3)]],
    ["conv with stride and padding", (x, w) => ops.conv(x, w, 2, 1), [at(1, 6, 5, 2), at(3, 3, 2, 2)]],
  ];
  const weighted = (y: needle.Tensor): needle.Tensor => {
    const w = randn(y.shape, { dtype: "float64", generator: new Generator(1) });
    return y.mul(new needle.Tensor(w, { requiresGrad: false })).sum();
  };
  test.each(cases)("%s: first and second order, against finite differences", (_name, f, inputs) => {
    const run = (...xs: Tensor[]): Tensor => weighted(f(...xs.map((x) => new needle.Tensor(x)))).array;
    // on the engine's tape, which uses the ops' own gradients
    expect(
      autograd.gradcheck(
        run,
        inputs.map((x) => x.clone().requiresGrad_()),
      ),
    ).toBe(true);
    expect(
      autograd.gradgradcheck(
        run,
        inputs.map((x) => x.clone().requiresGrad_()),
        { rtol: 1e-2, atol: 1e-4 },
      ),
    ).toBe(true);
    // the course's reverse mode
    const values = inputs.map((x) => new needle.Tensor(x));
    weighted(f(...values)).backward();
    const leaves = inputs.map((x) => x.clone().requiresGrad_());
    autograd.grad(run(...leaves), leaves).forEach((g, i) => {
      const [a, b] = [g.toTypedArray(), values[i].grad!.array.toTypedArray()];
      a.forEach((v, k) => expect(b[k]).toBeCloseTo(v, 9));
    });
  });
  test("conv equals the engine's in the other layout", () => {
    const [x, w] = [randn([2, 6, 6, 3]), randn([3, 3, 3, 4])];
    const ours = ops.conv(new needle.Tensor(x), new needle.Tensor(w), 2, 1).array.permute([0, 3, 1, 2]);
    const theirs = conv2d(x.permute([0, 3, 1, 2]), w.permute([3, 2, 0, 1]), { stride: 2, padding: 1 });
    expect(ours.sub(theirs).abs().amax().item()).toBeLessThan(1e-5);
  });
  test("softmax loss with a one-hot target is cross-entropy", () => {
    const [z, labels] = [randn([4, 3], { dtype: "float64" }), [0, 2, 1, 1]];
    const onehot = value(labels.map((l) => [0, 1, 2].map((k) => Number(k === l))));
    const logits = new needle.Tensor(z);
    const loss = ops.logsumexp(logits, 1).sub(logits.mul(onehot).sum(1)).sum().div(4);
    loss.backward();
    const leaf = z.clone().requiresGrad_();
    crossEntropy(leaf, tensor(labels, { dtype: "int32" })).backward();
    const [a, b] = [logits.grad?.array.toTypedArray(), leaf.grad?.toTypedArray()];
    a?.forEach((v, i) => expect(v).toBeCloseTo(b?.[i] ?? Number.NaN, 12));
  });
  test("second order: x2.grad.backward() as in the course", () => {
    const [x2, x3] = [value([6]), value([0])];
    const y = x2.mul(x2).add(x2.mul(x3));
    y.backward();
    const grad = x2.grad as needle.Tensor;
    expect([grad.numpy(), x3.grad?.numpy()]).toEqual([[12], [6]]);
    grad.backward();
    expect([x2.grad?.numpy(), x3.grad?.numpy()]).toEqual([[2], [1]]);
  });
});

describe("topological order", () => {
  const data = (nodes: readonly needle.Value[]): unknown[] => nodes.map((n) => (n as needle.Tensor).numpy());
  test("is the post-order of a depth-first search", () => {
    const [a1, b1] = [value([[0.2]]), value([[0.8]])];
    const c1 = a1.mul(b1).add(1);
    expect(data(needle.findTopoSort([c1]))).toEqual([[[0.2]], [[0.8]], [[0.2 * 0.8]], [[0.2 * 0.8 + 1]]]);
    const [x, y] = [value([1]), value([2])];
    const e = x.add(y).mul(x.mul(y));
    expect(data(needle.findTopoSort([e]))).toEqual([[1], [2], [3], [2], [6]]);
  });
  test("lists shared values of several roots once", () => {
    const a = value([1]);
    const [b, c] = [a.add(1), a.add(2)];
    expect(needle.findTopoSort([b, c]).length).toBe(3);
    const order: needle.Value[] = [];
    needle.topoSortDfs(b, new Set(), order);
    expect(data(order)).toEqual([[1], [2]]);
  });
  test("works for graphs 100,000 deep, which would overflow the stack of a recursion", () => {
    const x = value([1]);
    let y = x;
    for (let i = 0; i < 20_000; i++) y = y.add(1);
    expect(needle.findTopoSort([y]).length).toBe(20_001);
    y.backward();
    expect(x.grad?.numpy()).toEqual([1]);
  });
});

describe("conventions", () => {
  test("tensors require gradients by default, and backward assigns every node a new gradient", () => {
    const x = value([2]);
    const h = x.mul(3);
    const y = h.mul(h);
    y.backward();
    expect([y.grad?.numpy(), h.grad?.numpy(), x.grad?.numpy()]).toEqual([[1], [12], [36]]);
    y.backward();
    expect(x.grad?.numpy()).toEqual([36]);
  });
  test("data and detach give constants; a result without gradient has no op", () => {
    const x = value([2]);
    const y = x.mul(3);
    expect([y.data.op, y.data.inputs, y.detach().requiresGrad]).toEqual([null, [], false]);
    const c = new needle.Tensor([1], { requiresGrad: false });
    expect([c.add(1).op, c.add(1).inputs]).toEqual([null, []]);
    expect([y.op?.constructor.name, y.inputs[0]]).toEqual(["MulScalar", x]);
  });
  test("an update through data does not grow the graph", () => {
    const w = value([1]);
    for (let i = 0; i < 5; i++) w.data = w.data.add(value([2]).data.mul(-0.1));
    expect([w.op, w.requiresGrad]).toEqual([null, true]);
    expect((w.numpy() as number[])[0]).toBeCloseTo(0);
  });
  test("lazy mode computes on demand, at any depth, and keeps the ops of constants", () => {
    needle.setLazyMode(true);
    const c = new needle.Tensor([1], { requiresGrad: false });
    let y = c.add(1);
    expect([y.cachedData, y.op?.constructor.name]).toEqual([null, "AddScalar"]);
    for (let i = 0; i < 20_000; i++) y = y.add(1);
    expect(y.numpy()).toEqual([20_002]);
    const x = new needle.Tensor([3]);
    const z = x.mul(x);
    expect(z.cachedData).toBeNull();
    z.backward();
    expect(x.grad?.numpy()).toEqual([6]);
  });
  test("custom ops, with one output and with several", () => {
    class Square extends needle.TensorOp {
      override compute(a: needle.NDArray): needle.NDArray {
        return a.mul(a);
      }
      override gradient(g: needle.Tensor, node: needle.Value): needle.Tensor {
        return g.mul(node.inputs[0] as needle.Tensor).mul(2);
      }
    }
    class Halves extends needle.TensorTupleOp {
      override compute(a: needle.NDArray): needle.NDArray[] {
        return [a.div(2), a.div(2)];
      }
      override gradient(g: needle.Value): needle.Value {
        const [a, b] = (g as needle.TensorTuple).tuple();
        return a.add(b).div(2);
      }
    }
    const x = value([3]);
    const y = new Halves().call(new Square().call(x)).at(0);
    y.backward();
    expect([y.numpy(), x.grad?.numpy()]).toEqual([[4.5], [3]]);
    expect(String(tape(y.array.sum()))).toContain("Square");
  });
});

describe("known mistakes of the course's framework", () => {
  test("3 - x is not x - 3", () => {
    expect(value([5]).rsub(3).numpy()).toEqual([-2]);
    expect(value([4]).rdiv(2).numpy()).toEqual([0.5]);
  });
  test("replacing data between forward and backward is an error, not a wrong gradient", () => {
    const [a, b] = [value([2]), value([3])];
    const y = a.mul(b);
    b.data = value([100]);
    expect(() => y.backward()).toThrow("EWiseMul: the data of input 1 was replaced after this was computed");
  });
  test("data of another dtype, gradients of another shape and unequal shapes are refused", () => {
    const x = value([1, 2]);
    expect(() => {
      x.data = new needle.Tensor([1, 2], { dtype: "float32" });
    }).toThrow("the dtype must stay float64");
    expect(() => x.mul(2).backward(value([1]))).toThrow("the gradient must have the shape");
    expect(() => x.add(value([1]))).toThrow("the shapes must be equal");
  });
});
