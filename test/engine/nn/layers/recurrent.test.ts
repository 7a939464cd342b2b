/** LSTM, whose layers are one op each, compared with LSTMCell step by step. */
import {
  autograd,
  func,
  Generator,
  getNumThreads,
  nn,
  randn,
  setNumThreads,
  stack,
  type Tensor,
  tape,
  zeros,
} from "tapelab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { type Variant, withVariant } from "../../../../engine/src/fast/wasm/module.ts";

const generator = new Generator(4);
type DType = "float32" | "float64";

/** Returns a cell with the weights of a layer. */
function cellOf(lstm: nn.LSTM, inputs: number, hidden: number, dtype: DType, bias: boolean): nn.LSTMCell {
  const cell = new nn.LSTMCell(inputs, hidden, { dtype, bias });
  cell.weightIh = lstm.weightIhL0 as nn.Parameter;
  cell.weightHh = lstm.weightHhL0 as nn.Parameter;
  [cell.biasIh, cell.biasHh] = [lstm.biasIhL0, lstm.biasHhL0];
  return cell;
}

function agree(got: Tensor, wanted: Tensor, tolerance: number, what: string): void {
  expect(got.shape, what).toEqual(wanted.shape);
  const [a, b] = [got, wanted].map((t) => Array.from(t.toTypedArray()));
  const scale = b.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const off = a.findIndex((v, i) => !(Math.abs(v - b[i]) <= tolerance * scale));
  expect(off < 0 ? "all agree" : `element ${off} is ${a[off]} for ${b[off]}`, what).toBe("all agree");
}

// steps, rows, inputs, hidden: few and many rows, sizes that are no multiple of a vector, weights larger than the cache
const sizes = [
  [1, 1, 3, 2],
  [3, 1, 5, 8],
  [4, 2, 3, 16],
  [5, 9, 20, 33],
  [3, 17, 130, 7],
  [2, 70, 9, 40],
  [2, 13, 5, 260],
] as const;

describe.each(["wide", "relaxed", "plain"] as const satisfies readonly Variant[])("%s", (variant) => {
  // worker threads keep the variant that was chosen when they started
  const threads = getNumThreads();
  beforeAll(() => setNumThreads(1));
  afterAll(() => setNumThreads(threads));
  test.each(
    (["float32", "float64"] as const).flatMap((dtype) =>
      sizes.flatMap((size) => [true, false].map((bias) => [dtype, size, bias] as const)),
    ),
  )("%s %j with bias %j: outputs and all gradients are those of LSTMCell, step by step", (dtype, size, bias) => {
    const [steps, rows, inputs, hidden] = size;
    const lstm = new nn.LSTM(inputs, hidden, { dtype, bias, generator });
    const cell = cellOf(lstm, inputs, hidden, dtype, bias);
    const normal = (...shape: number[]): Tensor => randn(shape, { dtype, generator });
    const leaves = [normal(steps, rows, inputs), normal(1, rows, hidden), normal(1, rows, hidden)].map((x) =>
      x.requiresGrad_(),
    );
    const [x, h0, c0] = leaves;
    const weigh = [normal(steps, rows, hidden), normal(1, rows, hidden), normal(1, rows, hidden)];
    const wanted = [...leaves, ...lstm.parameters()];
    const results = (ys: readonly Tensor[]): Tensor[] => [
      ...ys,
      ...autograd.grad(
        ys.map((y, i) => y.mul(weigh[i]).sum()).reduce((a, b) => a.add(b)),
        wanted,
      ),
    ];
    const whole = withVariant(variant, () => {
      const [y, [h, c]] = lstm.forward(x, [h0, c0]);
      return results([y, h, c]);
    });
    const single = withReferenceKernels(() => {
      let [h, c] = [h0.select(0, 0), c0.select(0, 0)];
      const all: Tensor[] = [];
      for (let t = 0; t < steps; t++) {
        [h, c] = cell.forward(x.select(0, t), [h, c]);
        all.push(h);
      }
      return results([stack(all), h.unsqueeze(0), c.unsqueeze(0)]);
    });
    whole.forEach((g, i) => agree(g, single[i], dtype === "float32" ? 4e-6 : 1e-12, `result ${i}`));
  });
});

describe("without a batch", () => {
  test.each([false, true])("batchFirst %j: a sequence without a batch equals a batch of one", (batchFirst) => {
    const lstm = new nn.LSTM(3, 4, { numLayers: 2, batchFirst, generator });
    const [x, h, c] = [randn([5, 3]), randn([2, 4]), randn([2, 4])];
    const [y, state] = lstm.forward(x, [h, c]);
    const one = batchFirst ? 0 : 1;
    const [wanted, states] = lstm.forward(x.unsqueeze(one), [h.unsqueeze(1), c.unsqueeze(1)]);
    expect(y.toArray()).toEqual(wanted.squeeze(one).toArray());
    state.forEach((s, i) => expect(s.toArray()).toEqual(states[i].squeeze(1).toArray()));
    expect(lstm.forward(x)[1][0].shape).toEqual([2, 4]);
  });
  test("refuses states with a batch for an input without one, and vice versa", () => {
    const lstm = new nn.LSTM(3, 4, { numLayers: 2 });
    const [alone, batch] = [zeros([2, 4]), zeros([2, 1, 4])];
    expect(() => lstm.forward(zeros([5, 3]), [batch, batch])).toThrow(
      "LSTM: hidden and cell state must be [2, 4], but got",
    );
    expect(() => lstm.forward(zeros([5, 1, 3]), [alone, alone])).toThrow(
      "LSTM: hidden and cell state must be [2, 1, 4]",
    );
    expect(() => lstm.forward(zeros([0, 3]))).toThrow("LSTM: the sequence must have at least one step");
    for (const shape of [[3], [1, 5, 2, 3], [5, 4]])
      expect(() => lstm.forward(zeros(shape))).toThrow("LSTM: the input must be [T, N, 3]");
  });
});

describe("LSTMCell", () => {
  test("checks shapes and dtypes", () => {
    const cell = new nn.LSTMCell(3, 4);
    expect(cell.forward(zeros([3]))[0].shape).toEqual([4]);
    expect(String(cell)).toBe("LSTMCell(3, 4)");
    expect(() => cell.forward(zeros([1, 2, 3]))).toThrow(
      "LSTMCell: the input must be [N, 3] or [3], but got [1, 2, 3]",
    );
    expect(() => cell.forward(zeros([2, 3]), [zeros([1, 4]), zeros([1, 4])])).toThrow(
      "LSTMCell: hidden and cell state",
    );
    expect(() => cell.forward(zeros([2, 3], { dtype: "float64" }))).toThrow(
      "LSTMCell: input and state must have the dtype",
    );
    expect(() => new nn.LSTMCell(3, 0)).toThrow("LSTMCell: hiddenSize must be an integer of at least 1");
  });
});

test("a layer is one node on the tape, labelled with its sizes", () => {
  const lstm = new nn.LSTM(3, 4, { numLayers: 2 });
  const recorded = tape(lstm.forward(zeros([9, 2, 3]))[0]);
  const rows = JSON.stringify(recorded).match(/lstm layer/g) ?? [];
  expect(rows.length, "rows for 2 layers and 9 steps").toBe(2);
});

test("an empty batch gives empty outputs and zero gradients of the right shapes", () => {
  const lstm = new nn.LSTM(3, 4);
  const [y, [h]] = lstm.forward(zeros([5, 0, 3]));
  expect([y.shape, h.shape]).toEqual([
    [5, 0, 4],
    [1, 0, 4],
  ]);
  y.sum().backward();
  expect(lstm.weightHhL0?.grad?.toArray()).toEqual(zeros([16, 4]).toArray());
});

test("functionalCall with vmap gives per-sample gradients", () => {
  const lstm = new nn.LSTM(2, 3, { dtype: "float64", generator });
  const parameters = Object.fromEntries([...lstm.namedParameters()].map(([k, p]) => [k, p.detach()]));
  const loss = (weights: Record<string, Tensor>, x: Tensor): Tensor =>
    func.functionalCall(lstm, weights, x)[0].square().sum();
  const xs = randn([4, 5, 1, 2], { dtype: "float64", generator });
  const all = func.vmap(func.grad(loss), { inAxes: [null, 0] })(parameters, xs);
  for (let i = 0; i < 4; i++) {
    const one = func.grad(loss)(parameters, xs.select(0, i));
    for (const [name, g] of Object.entries(one)) agree(all[name].select(0, i), g, 1e-12, `${name} of example ${i}`);
  }
});
