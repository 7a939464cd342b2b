/** Batch normalization with and without running statistics. PyTorch's values are in test/conformance/edges.test.ts. */
import { manualSeed, nn, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const { batchNorm } = nn.functional;
const x = tensor([
  [1, 2],
  [3, 5],
  [5, 2],
]);

const meanOf = (t: Tensor): number[] => t.mean(0).toArray<number[]>();

describe("batchNorm", () => {
  test("needs no running statistics in training mode, whether null, undefined or omitted", () => {
    const expected = batchNorm(x, null, null, { training: true }).toArray();
    expect(batchNorm(x, { training: true }).toArray()).toEqual(expected);
    expect(batchNorm(x, undefined, undefined, { training: true }).toArray()).toEqual(expected);
    expect(meanOf(batchNorm(x, { training: true }))[0]).toBeCloseTo(0, 6);
  });
  test("takes running mean and variance together, and requires them in evaluation mode", () => {
    expect(() => batchNorm(x)).toThrow("batchNorm: evaluation needs running statistics");
    expect(() => batchNorm(x, tensor([0, 0]), null, { training: true })).toThrow(
      "batchNorm: expected both runningMean and runningVar, or neither",
    );
  });
  test("requires weights and statistics of the dtype of the input", () => {
    expect(() => batchNorm(x, { training: true, weight: tensor([1, 1], { dtype: "float64" }) })).toThrow(
      "batchNorm: statistics, weight and bias must have the dtype of the input",
    );
  });
  test("requires more than one element for each channel, and a positive eps, in training mode", () => {
    expect(() => batchNorm(tensor([[1, 2]]), { training: true })).toThrow("more than one element for each channel");
    expect(() => batchNorm(x, { training: true, eps: 0 })).toThrow("batchNorm: eps must be above 0 in training");
  });
});

describe("BatchNorm1d", () => {
  test("momentum null keeps the cumulative average over all batches", () => {
    manualSeed(1);
    const norm = new nn.BatchNorm1d(3, { momentum: null });
    const batches = [randn([5, 3]), randn([7, 3]), randn([4, 3])];
    for (const b of batches) norm.forward(b);
    const means = batches.map(meanOf);
    const vars = batches.map((b) => b.var(0).toArray<number[]>());
    const [mean, variance] = [norm.runningMean, norm.runningVar].map((t) => t?.toArray<number[]>() ?? []);
    for (const c of [0, 1, 2]) {
      const average = (all: number[][]): number => all.reduce((s, m) => s + m[c], 0) / 3;
      expect(mean[c]).toBeCloseTo(average(means), 5);
      expect(variance[c]).toBeCloseTo(average(vars), 5);
    }
    expect(norm.numBatchesTracked?.item()).toBe(3);
    norm.eval();
    norm.forward(batches[0]);
    expect(norm.numBatchesTracked?.item(), "evaluation does not count").toBe(3);
  });
  test("without running statistics uses those of the batch, also in evaluation mode", () => {
    const norm = new nn.BatchNorm1d(2, { trackRunningStats: false, affine: false });
    const trained = norm.forward(x).toArray();
    expect(norm.eval().forward(x).toArray()).toEqual(trained);
    expect(Object.keys(norm.stateDict())).toEqual([]);
    expect(() => norm.forward(tensor([[1, 2]]))).toThrow("more than one element for each channel");
  });
});
