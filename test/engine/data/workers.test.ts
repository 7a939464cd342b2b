/** Loaders with worker threads: the batches of loaders without them, errors, early ends, and places without threads. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { data, Generator, type Tensor, tensor } from "tapelab";
import { describe, expect, test, vi } from "vitest";

const squares = new data.WorkerDataset(
  23,
  (i, { scale }) => [i * i * scale, BigInt(i), { data: Float64Array.of(i, -i), shape: [1, 2] }, i % 2 === 0],
  { context: { scale: 3 } },
);

const lists = (loader: Iterable<Tensor[]>): unknown[] =>
  Array.from(loader, (batch) => batch.map((t) => [t.dtype, t.toArray()]));

/** Makes a folder of small images. */
function pictures(): string {
  const root = mkdtempSync(join(tmpdir(), "tapelab-workers-"));
  for (let i = 0; i < 18; i++) {
    const folder = join(root, `class${i % 3}`);
    mkdirSync(folder, { recursive: true });
    const image = tensor(Array.from({ length: 48 }, (_, k) => (i * 13 + k * 5) % 256))
      .reshape([3, 4, 4])
      .to("uint8");
    writeFileSync(join(folder, `${i}.png`), data.encodePng(image));
  }
  return root;
}

describe("with workers", () => {
  test.each([
    [1, 2],
    [2, 1],
    [3, 4],
  ])(
    "%i workers, %i batches ahead: batches, order and dtypes are those without workers",
    (numWorkers, prefetchFactor) => {
      const options = { batchSize: 4, shuffle: true, seed: 5 };
      const [plain, ahead] = [
        new data.DataLoader(squares, options),
        new data.DataLoader(squares, { ...options, numWorkers, prefetchFactor }),
      ];
      for (let epoch = 0; epoch < 2; epoch++) {
        const found = lists(ahead);
        expect(found).toHaveLength(6);
        expect(found).toEqual(lists(plain));
      }
    },
  );
  test("random transforms of parts of joined image folders draw the numbers that they draw without workers", () => {
    const root = pictures();
    const epoch = (numWorkers: number): unknown[] => {
      const generator = new Generator(3);
      const flip = data.transforms.randomHorizontalFlip({ generator });
      const images = new data.ImageFolder(root);
      const joined = new data.ConcatDataset([images, new data.Subset(images, Int32Array.of(5, 1, 9))]);
      const changed = new data.TransformDataset(joined, ([x, y]) => [flip(x), y]);
      const batches: unknown[] = [];
      for (const [x, y] of new data.DataLoader(changed, { batchSize: 5, shuffle: true, generator, numWorkers })) {
        // the program draws from the same generator between the batches
        batches.push([x.toArray(), y.toArray(), generator.uniform()]);
      }
      return batches;
    };
    expect(epoch(2)).toEqual(epoch(0));
  });
  test("an error is thrown at its batch, with the stack that it had in the worker", () => {
    const failing = new data.WorkerDataset(
      12,
      function badItem(i) {
        if (i === 7) throw new TypeError("seven is odd");
        return [i];
      },
      { context: null },
    );
    const seen: number[] = [];
    let error: unknown;
    try {
      for (const [x] of new data.DataLoader(failing, { batchSize: 2, numWorkers: 2 })) seen.push(x.at(0).item());
    } catch (e) {
      error = e;
    }
    expect(seen).toEqual([0, 2, 4]);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe("TypeError: seven is odd");
    expect((error as Error).stack).toMatch(/seven is odd\n\s+at badItem/);
  });
  test("an error of a file is an ArgumentError that names it", () => {
    const root = pictures();
    const bad = join(root, "class1", "1.png");
    writeFileSync(bad, "no image");
    const loader = new data.DataLoader(new data.ImageFolder(root), { numWorkers: 1 });
    expect(() => [...loader]).toThrow(`ImageFolder: ${bad}: expected a PNG or JPEG file`);
  });
  test("a function that uses variables of the program is an error that says how to pass them", () => {
    const outer = Math.PI;
    const closure = new data.WorkerDataset(4, (i) => [i * outer], { context: {} });
    expect(closure.batch(Int32Array.of(1))[0].toArray()).toEqual([Math.fround(Math.PI)]);
    expect(() => [...new data.DataLoader(closure, { numWorkers: 1 })]).toThrow(
      /outer is not defined; .* pass the value in context/,
    );
    const uncopied = new data.WorkerDataset(4, (i) => [i], { context: { f: () => 1 } });
    expect(() => [...new data.DataLoader(uncopied, { numWorkers: 1 })]).toThrow(
      /the context of a WorkerDataset cannot be copied to a worker: .*could not be cloned/,
    );
    expect(() => [
      ...new data.DataLoader(new data.WorkerDataset(4, (() => 5) as never, { context: 0 }), { numWorkers: 1 }),
    ]).toThrow("WorkerDataset: item must return a list");
  });
  test("a worker that ends is an error, and the loop does not wait for it", () => {
    const quitting = new data.WorkerDataset(
      4,
      () => (globalThis as unknown as { process: { exit(): never } }).process.exit(),
      { context: 0 },
    );
    expect(() => [...new data.DataLoader(quitting, { numWorkers: 1 })]).toThrow(
      "DataLoader: a worker ended before it had computed its batch",
    );
  });
  test("leaving a loop ends its workers, and no more batches are computed than fit into the queues", async () => {
    const counter = new Int32Array(new SharedArrayBuffer(8));
    const counted = new data.WorkerDataset(
      1000,
      (i, { counter: shared }) => {
        Atomics.add(shared, 0, 1);
        return [i];
      },
      { context: { counter } },
    );
    for (const [x] of new data.DataLoader(counted, { batchSize: 10, numWorkers: 2, prefetchFactor: 3 })) {
      if (x.at(0).item() !== 20) continue;
      break;
    }
    // three batches were taken, and three more for each worker asked for
    const after = Atomics.load(counter, 0);
    expect(after).toBeLessThanOrEqual(90);
    await vi.waitFor(() => {
      const now = Atomics.load(counter, 0);
      expect(now).toBeLessThanOrEqual(90);
    });
    expect(Atomics.load(counter, 0)).toBeGreaterThanOrEqual(30);
  });
});

test("data sets whose items are functions of the program have no part for workers", () => {
  const items = new data.ItemDataset(3, (i) => [tensor(i)]);
  expect(() => new data.DataLoader(items, { numWorkers: 1 })).toThrow(
    "DataLoader: workers cannot compute the batches of this data set",
  );
  expect(() => new data.DataLoader(new data.ConcatDataset([squares, items]), { numWorkers: 1 })).toThrow(
    "use data.WorkerDataset or data.ImageFolder",
  );
  expect(() => new data.DataLoader(squares, { numWorkers: -1 })).toThrow(
    "numWorkers must be an integer of at least 0, but got -1",
  );
  expect(() => new data.DataLoader(squares, { prefetchFactor: 0 })).toThrow(
    "prefetchFactor must be a positive integer, but got 0",
  );
});

test("where no threads can be started, a warning says so once, and the batches are the same", () => {
  const spy = vi.spyOn(process, "getBuiltinModule").mockImplementation(() => undefined);
  const warning = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    const loader = new data.DataLoader(squares, { batchSize: 10, numWorkers: 2 });
    const found = [lists(loader), lists(loader)];
    expect(found[0]).toEqual(lists(new data.DataLoader(squares, { batchSize: 10 })));
    expect(found[1]).toEqual(found[0]);
    expect(warning.mock.calls).toEqual([
      ["DataLoader: no worker threads can be started here, so batches are computed in this thread"],
    ]);
  } finally {
    spy.mockRestore();
    warning.mockRestore();
  }
});
