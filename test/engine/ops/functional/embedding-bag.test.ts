/** Limits of norms and gradients of rows, and errors, of embedding and embeddingBag. */
import { embedding, embeddingBag, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const indices = (list: readonly number[]): Tensor => tensor(list, { dtype: "int32" });

test("maxNorm scales the rows that are looked up, in place", () => {
  const table = tensor([
    [3, 4],
    [30, 40],
    [0.3, 0.4],
  ]);
  const y = embedding(indices([0, 2]), table, { maxNorm: 1 });
  y.toTypedArray().forEach((v, i) => expect(v).toBeCloseTo([0.6, 0.8, 0.3, 0.4][i], 5));
  expect(table.select(0, 1).toArray()).toEqual([30, 40]);
  expect(table.select(0, 0).toTypedArray()[0]).toBeCloseTo(0.6, 5);
});

test("scaleGradByFreq divides the gradient of a row by its number of look-ups", () => {
  const table = tensor([[1], [2], [3]], { requiresGrad: true });
  embedding(indices([0, 0, 0, 2]), table, { scaleGradByFreq: true })
    .sum()
    .backward();
  const [a, b, c] = (table.grad as Tensor).toTypedArray();
  expect([a, b, c].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([1, 0, 1]);
});

describe("embeddingBag", () => {
  const table = tensor([[1], [2], [4]], { requiresGrad: true });

  test("an empty bag, one of padding alone, and the last offset", () => {
    const y = embeddingBag(indices([0, 1, 2, 2]), table, indices([0, 0, 2, 4]), {
      includeLastOffset: true,
      paddingIdx: 2,
    });
    expect(y.toArray()).toEqual([[0], [1.5], [0]]);
    const max = embeddingBag(indices([0, 1]), table, { offsets: indices([0, 2]), mode: "max" });
    expect(max.toArray()).toEqual([[2], [0]]);
  });

  test("errors", () => {
    const x = indices([0, 1]);
    const bag =
      (options: object): (() => Tensor) =>
      () =>
        embeddingBag(x, table, indices([0]), options);
    expect(bag({ mode: "max", scaleGradByFreq: true })).toThrow(/^embeddingBag: scaleGradByFreq/);
    expect(bag({ perSampleWeights: tensor([1, 2]) })).toThrow(/^embeddingBag: perSampleWeights need the mode "sum"/);
    expect(bag({ mode: "sum", perSampleWeights: tensor([1]) })).toThrow(/^embeddingBag: perSampleWeights must have/);
    expect(() => embeddingBag(x, table)).toThrow(/^embeddingBag: a vector of indices needs offsets/);
    expect(() => embeddingBag(x, table, indices([1]))).toThrow(/^embeddingBag: the first offset must be 0/);
    expect(() => embeddingBag(x, table, indices([0, 3]))).toThrow(/^embeddingBag: the offsets must rise/);
    expect(() => embeddingBag(x.reshape([1, 2]), table, indices([0]))).toThrow(/without offsets/);
  });
});
