import { metrics, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const ints = (...v: number[]): ReturnType<typeof tensor> => tensor(v, { dtype: "int32" });
// values of scikit-learn 1.9.1 for the same lists
const actual = ints(0, 0, 0, 1, 1, 2, 2, 2, 2, 3);
const predicted = ints(0, 1, 0, 1, 2, 2, 2, 0, 2, 2);

describe("classification", () => {
  test("accuracy, of classes and of scores", () => {
    expect(metrics.accuracy(predicted, actual)).toBeCloseTo(0.6);
    expect(
      metrics.accuracy(
        tensor([
          [0.1, 0.9],
          [0.8, 0.2],
        ]),
        ints(1, 1),
      ),
    ).toBe(0.5);
  });
  test("the confusion matrix has the actual class in rows", () => {
    expect(metrics.confusionMatrix(predicted, actual).toArray()).toEqual([
      [2, 1, 0, 0],
      [0, 1, 1, 0],
      [1, 0, 3, 0],
      [0, 0, 1, 0],
    ]);
    expect(() => metrics.confusionMatrix(predicted, actual, 2)).toThrow(
      "confusionMatrix: classes must be integers in [0, 1]",
    );
  });
  test.each([
    ["macro", 0.44166666666666665, 0.4791666666666667, 0.4583333333333333],
    ["micro", 0.6, 0.6, 0.6],
    ["weighted", 0.54, 0.6, 0.5666666666666667],
  ] as const)("precision, recall and F1, %s", (average, precision, recall, f1) => {
    expect(metrics.precision(predicted, actual, { average })).toBeCloseTo(precision, 12);
    expect(metrics.recall(predicted, actual, { average })).toBeCloseTo(recall, 12);
    expect(metrics.f1(predicted, actual, { average })).toBeCloseTo(f1, 12);
  });
  test("shapes must fit", () => {
    expect(() => metrics.accuracy(ints(1), ints(1, 2))).toThrow(
      "accuracy: predictions and targets must have one shape, but got [1] and [2]",
    );
  });
});

test("meanSquaredError", () => {
  expect(metrics.meanSquaredError(tensor([1, 2]), tensor([1, 4]))).toBe(2);
});
