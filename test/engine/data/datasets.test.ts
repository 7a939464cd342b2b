/** Data sets of others, samplers, and transforms. */
import { data, Generator, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const list = (...v: number[]): data.TensorDataset => new data.TensorDataset(tensor(v));
const at = (...indices: number[]): Int32Array => Int32Array.from(indices);

describe("data sets", () => {
  test("ConcatDataset finds the examples of each, in any order", () => {
    const all = new data.ConcatDataset([list(1, 2), list(), list(3), list(4, 5, 6)]);
    expect(all.length).toBe(6);
    expect(all.batch(at(5, 0, 1, 2, 3, 0))[0].toArray()).toEqual([6, 1, 2, 3, 4, 1]);
    expect(all.batch(at())[0].shape).toEqual([0]);
    expect(() => all.batch(at(6))).toThrow("ConcatDataset: index 6 is out of range");
    expect(() => new data.ConcatDataset([])).toThrow("expected at least one data set");
  });
  test("ItemDataset stacks items, or puts them together by a function", () => {
    const items = new data.ItemDataset(4, (i) => [tensor([i, i]), tensor(i)]);
    const [x, y] = items.batch(at(3, 1));
    expect([x.toArray(), y.toArray()]).toEqual([
      [
        [3, 3],
        [1, 1],
      ],
      [3, 1],
    ]);
    const lengths = new data.ItemDataset(3, (i) => [zeros([i])], {
      collate: (rows) => [tensor(rows.map(([row]) => row.shape[0]))],
    });
    expect(new data.DataLoader(lengths, { batchSize: 2 }).length).toBe(2);
    expect([...new data.DataLoader(lengths, { batchSize: 2 })].map(([n]) => n.toArray())).toEqual([[0, 1], [2]]);
    expect(() => new data.ItemDataset(2, (i) => Array.from({ length: i }, () => zeros([1]))).batch(at(0, 1))).toThrow(
      "all items must have the same number of tensors",
    );
  });
  test("batched takes items of a generator without an end", () => {
    function* count(): IterableIterator<Tensor[]> {
      for (let i = 0; ; i++) yield [tensor(i)];
    }
    const batches: number[][] = [];
    for (const [x] of data.batched(count(), 3)) {
      batches.push(x.toArray<number[]>());
      if (batches.length === 2) break;
    }
    expect(batches).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect([...data.batched([[tensor(1)], [tensor(2)], [tensor(3)]], 2, { dropLast: true })].length).toBe(1);
    expect(() => [...data.batched([], 0)]).toThrow("batched: the size must be a positive integer, but got 0");
  });
  test("TransformDataset", () => {
    const twice = new data.TransformDataset(list(1, 2, 3), ([x]) => [x, x.mul(2)]);
    expect(twice.length).toBe(3);
    expect(twice.batch(at(2))[1].toArray()).toEqual([6]);
  });
});

/** Returns how often each index occurs. */
function counts(indices: Int32Array, n: number): number[] {
  const out = new Array<number>(n).fill(0);
  for (const i of indices) out[i]++;
  return out;
}

describe("samplers", () => {
  const generator = (): Generator => new Generator(5);
  test("RandomSampler: a permutation, a part of one, or independent draws", () => {
    expect(counts(new data.RandomSampler(50, { generator: generator() }).indices(), 50)).toEqual(new Array(50).fill(1));
    expect(
      Math.max(...counts(new data.RandomSampler(50, { numSamples: 20, generator: generator() }).indices(), 50)),
    ).toBe(1);
    const drawn = counts(
      new data.RandomSampler(4, { numSamples: 40_000, replacement: true, generator: generator() }).indices(),
      4,
    );
    // ten standard deviations
    for (const n of drawn) expect(Math.abs(n - 10_000)).toBeLessThan(870);
    expect(() => new data.RandomSampler(3, { numSamples: 4 })).toThrow("4 different examples cannot be drawn from 3");
    expect(() => new data.RandomSampler(0, { numSamples: 4, replacement: true })).toThrow(
      "there are no examples to draw from",
    );
  });
  test("WeightedRandomSampler: shares are those of the weights", () => {
    const weights = tensor([1, 0, 3, 6]);
    const drawn = counts(
      new data.WeightedRandomSampler(weights, { numSamples: 50_000, generator: generator() }).indices(),
      4,
    );
    [0.1, 0, 0.3, 0.6].forEach((p, i) => {
      expect(Math.abs(drawn[i] - 50_000 * p), `example ${i}`).toBeLessThanOrEqual(10 * Math.sqrt(50_000 * p * (1 - p)));
    });
  });
  test("WeightedRandomSampler without replacement: the first one drawn follows the weights too", () => {
    const g = generator();
    const first = new data.WeightedRandomSampler(tensor([1, 0, 3, 6]), {
      numSamples: 3,
      replacement: false,
      generator: g,
    });
    const firsts = Int32Array.from({ length: 20_000 }, () => first.indices()[0]);
    const drawn = counts(firsts, 4);
    [0.1, 0, 0.3, 0.6].forEach((p, i) => {
      expect(Math.abs(drawn[i] - 20_000 * p), `example ${i}`).toBeLessThanOrEqual(10 * Math.sqrt(20_000 * p * (1 - p)));
    });
    expect(first.indices().toSorted()).toEqual(at(0, 2, 3));
    expect(() => new data.WeightedRandomSampler(tensor([1, 0]), { replacement: false })).toThrow(
      "2 different examples cannot be drawn from 1",
    );
    expect(() => new data.WeightedRandomSampler(tensor([1, -1]))).toThrow(
      "weights must be finite and at least 0, but got -1",
    );
  });
  test("StratifiedSampler: each stretch has the classes in their shares", () => {
    const classes = tensor(Array.from({ length: 100 }, (_, i) => (i < 80 ? 0 : 1)));
    const order = new data.StratifiedSampler(classes, { generator: generator() }).indices();
    expect(counts(order, 100)).toEqual(new Array(100).fill(1));
    for (let from = 0; from < 100; from += 20) {
      const ones = order.slice(from, from + 20).filter((i) => i >= 80).length;
      expect(Math.abs(ones - 4), `examples of class 1 from ${from} on`).toBeLessThanOrEqual(1);
    }
  });
  test("a loader takes its order from a sampler", () => {
    const loader = new data.DataLoader(list(10, 20, 30), {
      batchSize: 2,
      sampler: { length: 5, indices: () => at(2, 2, 0, 1, 0) },
    });
    expect(loader.length).toBe(3);
    expect([...loader].map(([x]) => x.toArray())).toEqual([[30, 30], [10, 20], [10]]);
    expect(() => new data.DataLoader(list(1), { shuffle: true, sampler: new data.RandomSampler(1) })).toThrow(
      "a sampler decides the order; leave out shuffle, seed and generator",
    );
  });
});

describe("transforms", () => {
  const { transforms } = data;
  const image = tensor(Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i)).reshape([2, 3, 4, 5]);
  test("normalize and toFloat", () => {
    const bytes = tensor([[[[0, 255]], [[51, 102]]]], { dtype: "uint8" });
    const steps = transforms.compose([transforms.toFloat(), transforms.normalize([0, 0.2], [0.5, 0.2])]);
    const values = steps(bytes).flatten().toArray<number[]>();
    [0, 2, 0, 1].forEach((v, i) => {
      expect(values[i]).toBeCloseTo(v, 6);
    });
    expect(() => transforms.normalize([0], [0])).toThrow("a standard deviation is 0");
    expect(() => transforms.normalize([0, 0], [1, 1])(image)).toThrow("expected images of 2 channels");
  });
  test("flips", () => {
    expect(transforms.randomHorizontalFlip({ p: 1 })(image).toArray()).toEqual(image.flip([3]).toArray());
    expect(transforms.randomVerticalFlip({ p: 1 })(image).toArray()).toEqual(image.flip([2]).toArray());
    expect(transforms.randomHorizontalFlip({ p: 0 })(image).toArray()).toEqual(image.toArray());
    const many = image.narrow(0, 0, 1).repeat(400, 1, 1, 1);
    const flipped = transforms.randomHorizontalFlip({ generator: new Generator(1) })(many);
    const share = flipped.at(":", 0, 0, 0).eq(4).sum().item() / 400;
    expect(Math.abs(share - 0.5), "share of flipped images").toBeLessThan(0.25);
    expect(() => transforms.randomVerticalFlip({ p: 2 })).toThrow("randomVerticalFlip: p must be in [0, 1], but got 2");
  });
  test("crops: parts of the image, with zeros around it", () => {
    // (4 - 2) / 2 rows above, (5 - 1) / 2 columns to the left
    expect(transforms.centerCrop([2, 1])(image).toArray()).toEqual(image.at(":", ":", "1:3", "2:3").toArray());
    const parts = new Set<string>();
    const crop = transforms.randomCrop([4, 5], { padding: 1, generator: new Generator(2) });
    const padded = zeros([2, 3, 6, 7]);
    padded.set([":", ":", "1:5", "1:6"], image);
    for (let i = 0; i < 200; i++) {
      const part = crop(image.narrow(0, 0, 1));
      const [top, left] = [0, 1, 2]
        .flatMap((y) => [0, 1, 2].map((x) => [y, x]))
        .find(([y, x]) => part.equal(padded.at("0:1", ":", `${y}:${y + 4}`, `${x}:${x + 5}`))) ?? [
        Number.NaN,
        Number.NaN,
      ];
      parts.add(`${top},${left}`);
    }
    expect([...parts].sort()).toEqual(["0,0", "0,1", "0,2", "1,0", "1,1", "1,2", "2,0", "2,1", "2,2"]);
    expect(() => transforms.centerCrop([5, 5])(image)).toThrow("images [4, 5] are smaller than [5, 5]");
    expect(() => transforms.randomCrop([9, 9])(image)).toThrow(
      "images [4, 5] with a padding of 0 are smaller than [9, 9]",
    );
  });
  test("oneHot", () => {
    expect(
      transforms
        .oneHot(3)(tensor([2, 0]))
        .toArray(),
    ).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(() => transforms.oneHot(2)(tensor([2]))).toThrow();
  });
});
