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
  test("throws where shapes do not fit", () => {
    expect(() => metrics.accuracy(ints(1), ints(1, 2))).toThrow(
      "accuracy: predictions and targets must have one shape, but got [1] and [2]",
    );
  });
});

test("meanSquaredError", () => {
  expect(metrics.meanSquaredError(tensor([1, 2]), tensor([1, 4]))).toBe(2);
});

describe("many examples, and predictions of other kinds", () => {
  test("200,000 examples do not overflow the stack", () => {
    const t = tensor(Int32Array.from({ length: 200_000 }, (_, i) => i % 3));
    const p = tensor(Int32Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? i % 3 : 0)));
    const right = 1 / 2 + 1 / 6;
    expect(metrics.accuracy(p, t)).toBeCloseTo(right, 4);
    const matrix = metrics.confusionMatrix(p, t).toArray<number[][]>();
    expect(matrix.flat().reduce((a, b) => a + b, 0)).toBe(200_000);
    for (const score of [metrics.precision, metrics.recall, metrics.f1])
      expect(score(p, t, { average: "micro" })).toBeCloseTo(right, 4);
  });
  test("probabilities of class 1, as [N], [N, 1] or of the target's shape", () => {
    const t = ints(0, 1, 1, 0);
    const p = tensor([0.2, 0.9, 0.4, 0.5]);
    expect(metrics.accuracy(p, t)).toBe(0.75);
    expect(metrics.accuracy(p.reshape([4, 1]), t)).toBe(0.75);
    expect(metrics.accuracy(p.reshape([4, 1]), t.reshape([4, 1]))).toBe(0.75);
    expect(metrics.confusionMatrix(p, t).toArray()).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect(metrics.recall(p, tensor([false, true, true, false]))).toBe(0.75);
  });
  test("classes in any dtype", () => {
    for (const dtype of ["float32", "float64", "int32"] as const)
      expect(metrics.accuracy(tensor([0, 2, 1], { dtype }), tensor([0, 2, 2], { dtype }))).toBeCloseTo(2 / 3);
    expect(metrics.accuracy(tensor([true, false]), tensor([true, true]))).toBe(0.5);
  });
  test("throws for predictions that are neither classes nor probabilities", () => {
    expect(() => metrics.accuracy(tensor([1.5, -0.3]), ints(1, 0))).toThrow(
      "accuracy: predictions must be classes, probabilities in [0, 1], or scores whose last dimension is the class, but got 1.5",
    );
    expect(() => metrics.f1(ints(1, 0), tensor([0.5, 1]))).toThrow("f1: targets must be classes, which are integers");
    expect(() => metrics.confusionMatrix(ints(0, -1), ints(0, 0))).toThrow("classes must be integers of at least 0");
  });
  test("a score that would divide by 0 is 0", () => {
    expect(metrics.precision(ints(0, 0), ints(1, 1))).toBe(0);
    expect(metrics.f1(ints(0, 0), ints(1, 1))).toBe(0);
  });
});

describe("errors name what is wrong", () => {
  const p = tensor([0.1, 0.9]);
  test.each<[string, () => unknown]>([
    ["rocAuc: targets must be classes in [0, 1], but got 2", () => metrics.rocAuc(p, ints(0, 2))],
    ["rocAuc: maxFpr must be in (0, 1], but got 2", () => metrics.rocAuc(p, ints(0, 1), { maxFpr: 2 })],
    ["rocAuc: predictions contain NaN", () => metrics.rocAuc(tensor([0.1, Number.NaN]), ints(0, 1))],
    [
      "logLoss: predictions must be probabilities in [0, 1], but got 1.5",
      () => metrics.logLoss(tensor([1.5, 0]), ints(0, 1)),
    ],
    ["detCurve: expected examples of both classes", () => metrics.detCurve(p, ints(1, 1))],
    ["auc: x must rise or fall throughout", () => metrics.auc(tensor([0, 2, 1]), tensor([0, 1, 2]))],
    ["fBeta: beta must be at least 0, but got -1", () => metrics.fBeta(ints(0), ints(0), { beta: -1 })],
    [
      'precision: average "binary" takes the classes 0 and 1, but got class 2',
      () => metrics.precision(ints(0, 2), ints(0, 1), { average: "binary" }),
    ],
    [
      "accuracy: sampleWeight must have a weight for each of the 2 examples",
      () => metrics.accuracy(ints(0, 1), ints(0, 1), { sampleWeight: tensor([1]) }),
    ],
    [
      "meanSquaredLogError: predictions and targets must be above -1, but got -1",
      () => metrics.meanSquaredLogError(tensor([-1]), tensor([0])),
    ],
    [
      "meanGammaDeviance: targets must be above 0 for power 2, but got 0",
      () => metrics.meanGammaDeviance(tensor([1]), tensor([0])),
    ],
    [
      "meanTweedieDeviance: power must be at most 0 or at least 1",
      () => metrics.meanTweedieDeviance(tensor([1]), tensor([1]), { power: 0.5 }),
    ],
    ["ndcg: relevances must be at least 0, but got -1", () => metrics.ndcg(tensor([[1, 2]]), tensor([[-1, 1]]))],
    [
      "coverageError: targets must be 0 or 1 for each label, but got 2",
      () => metrics.coverageError(tensor([[1, 2]]), tensor([[2, 1]])),
    ],
    [
      "silhouette: expected between 2 and 1 clusters of 2 points, but got 1",
      () => metrics.silhouette(tensor([[1], [2]]), ints(0, 0)),
    ],
    [
      "calibrationCurve: bins must be a positive integer, but got 0",
      () => metrics.calibrationCurve(p, ints(0, 1), { bins: 0 }),
    ],
    ["f1: expected at least one example", () => metrics.streaming("f1").compute()],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});

test("a streamed metric keeps its values when the batch is changed afterwards", () => {
  const auc = metrics.streaming("rocAuc");
  const scores = tensor([0.1, 0.4, 0.35, 0.8]);
  auc.update(scores, ints(0, 0, 1, 1));
  scores.fill_(0);
  expect(auc.compute()).toBe(0.75);
});
