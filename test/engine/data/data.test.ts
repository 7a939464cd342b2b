import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arange, data, Generator, manualSeed, rand, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const numbers = (n: number): data.TensorDataset => new data.TensorDataset(arange(n), arange(n).mul(10));

describe("TensorDataset", () => {
  test("returns the rows of all tensors", () => {
    const [x, y] = numbers(5).batch(Int32Array.of(3, 1));
    expect(x.toArray()).toEqual([3, 1]);
    expect(y.toArray()).toEqual([30, 10]);
  });
  test("refuses unequal first dimensions", () => {
    expect(() => new data.TensorDataset(zeros([2]), zeros([3]))).toThrow(
      "TensorDataset: all tensors must have equal first dimensions, but got [2] and [3]",
    );
  });
});

describe("DataLoader", () => {
  test("yields every example once, with a smaller last batch", () => {
    const loader = new data.DataLoader(numbers(10), { batchSize: 4 });
    expect([...loader].map(([x]) => x.toArray())).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(loader.length).toBe(3);
    expect([...new data.DataLoader(numbers(10), { batchSize: 4, dropLast: true })].length).toBe(2);
  });
  test("shuffles differently in each epoch, and equally for equal seeds", () => {
    const passes = (seed: number): unknown[] => {
      const loader = new data.DataLoader(numbers(20), { batchSize: 20, shuffle: true, seed });
      return [[...loader][0][0].toArray(), [...loader][0][0].toArray()];
    };
    const [first, second] = passes(1) as number[][];
    expect(first).not.toEqual(second);
    expect(passes(1)).toEqual([first, second]);
    expect(first.toSorted((a, b) => a - b)).toEqual(arange(20).toArray());
  });
});

describe("the order of a DataLoader without a seed", () => {
  const loader = (options: data.DataLoaderOptions = {}): data.DataLoader =>
    new data.DataLoader(numbers(20), { batchSize: 20, shuffle: true, ...options });
  const epoch = (l: data.DataLoader): unknown => [...l][0][0].toArray();

  test("follows manualSeed", () => {
    const run = (seed: number): unknown[] => {
      manualSeed(seed);
      const l = loader();
      return [epoch(l), epoch(l)];
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
    const l = loader();
    manualSeed(3);
    expect([epoch(l), epoch(l)]).toEqual(run(3));
  });
  test("differs from epoch to epoch and from loader to loader", () => {
    const [a, b] = [loader(), loader()];
    const orders = [epoch(a), epoch(a), epoch(b), epoch(b)].map((order) => String(order));
    expect(new Set(orders).size).toBe(4);
  });
  test("draws one number from the default generator at the start of each epoch, for any length", () => {
    const after = (n: number): unknown => {
      manualSeed(5);
      const l = new data.DataLoader(numbers(n), { batchSize: n, shuffle: true });
      const first = rand([2]).toArray();
      epoch(l);
      return [first, rand([2]).toArray()];
    };
    expect(after(3)).toEqual(after(40));
    manualSeed(5);
    expect((after(3) as unknown[])[0]).toEqual(rand([2], { generator: new Generator(5) }).toArray());
  });
  test("draws nothing without shuffle, or with a seed or generator", () => {
    const after = (options: data.DataLoaderOptions): unknown => {
      manualSeed(5);
      epoch(loader(options));
      return rand([2]).toArray();
    };
    const expected = rand([2], { generator: new Generator(5) }).toArray();
    expect(after({ shuffle: false })).toEqual(expected);
    expect(after({ seed: 0 })).toEqual(expected);
    expect(after({ generator: new Generator(1) })).toEqual(expected);
  });
  test("is drawn from a given generator, which advances", () => {
    const l = loader({ generator: new Generator(7) });
    const same = new Generator(7);
    expect([epoch(l), epoch(l)]).toEqual([[...same.permutation(20)], [...same.permutation(20)]]);
    expect(() => loader({ seed: 1, generator: same })).toThrow(
      "DataLoader: expected a seed or a generator, but got both",
    );
  });
});

describe("randomSplit", () => {
  test("gives disjoint subsets", () => {
    const parts = data.randomSplit(numbers(10), [6, 4], { generator: new Generator(1) });
    const all = parts.flatMap((p) => [...p.indices]);
    expect(all.toSorted((a, b) => a - b)).toEqual(arange(10).toArray());
  });
  test("takes fractions, and gives the remainder to the first subsets", () => {
    expect(data.randomSplit(numbers(10), [0.5, 0.25, 0.25]).map((p) => p.length)).toEqual([6, 2, 2]);
    expect(() => data.randomSplit(numbers(10), [5, 4])).toThrow(
      "randomSplit: lengths must add up to 10, or fractions to 1, but got [5, 4]",
    );
  });
});

describe("CSV", () => {
  const text = 'name,size\n"a, b",1.5\nc,\n';
  test("is parsed with quotes, headers and empty cells", () => {
    const table = data.parseCSV(text);
    expect(table.columns).toEqual(["name", "size"]);
    expect(table.column("name")).toEqual(["a, b", "c"]);
    expect(table.tensor(["size"]).toArray()).toEqual([[1.5], [Number.NaN]]);
  });
  test("names the row and column of a cell that is no number, and the known columns", () => {
    expect(() => data.parseCSV(text).tensor()).toThrow('Table: row 1 of column "name" is no number: "a, b"');
    expect(() => data.parseCSV(text).column("x")).toThrow('Table: no column is called "x"; there are name, size');
  });
  test("is read from a file", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "tapelab-csv-")), "t.csv");
    writeFileSync(file, "a;b\n1;2\n");
    expect((await data.readCSV(file, { delimiter: ";" })).tensor().toArray()).toEqual([[1, 2]]);
  });
});

test.each([
  [1, [0.5, 0.5], [1, 0]],
  [1, [0.3, 0.7], [1, 0]],
  [1, [1, 0], [1, 0]],
  [1, [1], [1]],
  [0, [0.5, 0.5], [0, 0]],
  [3, [0.5, 0.5], [2, 1]],
  [10, [0.33, 0.33, 0.34], [4, 3, 3]],
  [3, [0.1, 0.2, 0.7], [1, 0, 2]],
  [100, [0.57, 0.43], [57, 43]],
  [5, [1, 0], [5, 0]],
])("randomSplit of %i examples by %j, as PyTorch", (n, lengths, sizes) => {
  const whole = new data.TensorDataset(zeros([n]));
  expect(data.randomSplit(whole, lengths).map((part) => part.length)).toEqual(sizes);
});

test("randomSplit refuses lengths that do not add up", () => {
  const whole = new data.TensorDataset(zeros([10]));
  for (const lengths of [
    [0.5, 0.4],
    [5, 4],
    [11, -1],
  ])
    expect(() => data.randomSplit(whole, lengths)).toThrow("randomSplit: lengths must add up to 10");
  expect(() => data.randomSplit(whole, [-0.5, 1.5])).toThrow("randomSplit: fractions must lie in [0, 1]");
});
