/** Multi-head attention with all masks, and CTC losses of impossible and empty targets, beside PyTorch 2.13's values in float64 (`torch-values.json`). */
import { readFileSync } from "node:fs";
import { ctcLoss, type Operator, operators, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly bool: boolean;
}

interface Values {
  readonly attention: readonly {
    readonly args: Readonly<Record<string, unknown>>;
    readonly output: Stored;
    readonly weights: Stored | null;
  }[];
  readonly ctc: readonly {
    readonly logProbs: Stored;
    readonly targets: readonly number[];
    readonly inputLengths: readonly number[];
    readonly targetLengths: readonly number[];
    readonly blank: number;
    readonly zeroInfinity: boolean;
    readonly loss: readonly (number | "Infinity")[];
    readonly mean: string;
    readonly gradient: Stored | null;
  }[];
}

const file = new URL("torch-values.json", import.meta.url);
const { attention, ctc } = JSON.parse(readFileSync(file, "utf8")) as Values;

const decode = ({ shape, data, bool }: Stored): Tensor =>
  tensor(data, { dtype: "float64" })
    .reshape(shape)
    .to(bool ? "bool" : "float64");

const decoded = (x: unknown): unknown => (typeof x === "object" && x !== null ? decode(x as Stored) : x);

function expectClose(got: Tensor, expected: Stored): void {
  expect(got.shape).toEqual(expected.shape);
  got.toTypedArray().forEach((v, i) => expect(v).toBeCloseTo(expected.data[i], 10));
}

test.each(attention.map((c, i) => [i, c] as const))("multi-head attention %d", (_i, { args, output, weights }) => {
  const given = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, decoded(value)]));
  const operator = operators.get("multiHeadAttentionForward") as Operator;
  const [y, w] = operator.callByName(given) as readonly [Tensor, Tensor | null];
  expectClose(y, output);
  if (weights === null) expect(w).toBeNull();
  else expectClose(w as Tensor, weights);
});

test.each(ctc.map((c, i) => [i, c] as const))("CTC loss %d", (_i, c) => {
  const { inputLengths, targetLengths, blank, zeroInfinity } = c;
  const logProbs = decode(c.logProbs).requiresGrad_(true);
  const targets = tensor(c.targets, { dtype: "int32" });
  const loss = ctcLoss(logProbs, targets, inputLengths, targetLengths, { blank, zeroInfinity, reduction: "none" });
  loss.toTypedArray().forEach((v, i) => expect(v).toBeCloseTo(Number(c.loss[i]), 10));
  const mean = ctcLoss(logProbs, targets, inputLengths, targetLengths, { blank, zeroInfinity });
  expect(mean.item()).toBeCloseTo(c.mean === "inf" ? Infinity : Number(c.mean), 10);
  if (c.gradient === null) return;
  loss.sum().backward();
  expectClose(logProbs.grad as Tensor, c.gradient);
});

test("labels and lengths out of range are refused", () => {
  const logProbs = tensor([[[0.5, 0.5]]]).log();
  const one = tensor([[1]], { dtype: "int32" });
  expect(() => ctcLoss(logProbs, tensor([[2]], { dtype: "int32" }), [1], [1])).toThrow(/^ctcLoss: targets must be/);
  expect(() => ctcLoss(logProbs, one, [2], [1])).toThrow(/^ctcLoss: inputLengths must lie in 0 … 1/);
  expect(() => ctcLoss(logProbs, one, [1], [1], { blank: 2 })).toThrow(/^ctcLoss: blank must be/);
});
