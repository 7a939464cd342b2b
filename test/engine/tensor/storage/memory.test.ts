/** Memory is freed automatically, in synchronous loops, too, and storages in use are not freed. */

import { runInNewContext } from "node:vm";
import {
  autograd,
  crossEntropy,
  Generator,
  inspect,
  nn,
  noGrad,
  optim,
  randint,
  randn,
  type Tensor,
  tape,
  tensor,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { recover } from "../../../../engine/src/fast/wasm/recover.ts";
import { Arena, classOf, unitsOf } from "../../../../engine/src/tensor/storage/arena.ts";
import { isPoisoned, memoryState, sweep, withArena } from "../../../../engine/src/tensor/storage/memory.ts";

const megabyte = 2 ** 20;
const used = (): number => {
  sweep();
  return memoryState().used;
};

describe("synchronous loops", () => {
  test.skipIf(isPoisoned())("training uses as much memory after 600 steps as after 100", () => {
    const generator = new Generator(1);
    const model = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
    const optimizer = new optim.Adam(model.parameters());
    const [images, labels] = [randn([128, 784], { generator }), randint(0, 10, [128], { generator })];
    const train = (steps: number): void => {
      for (let i = 0; i < steps; i++) {
        optimizer.zeroGrad();
        crossEntropy(model.forward(images), labels).backward();
        optimizer.step();
      }
    };
    train(100);
    const [live, reached] = [used(), memoryState().reached];
    train(500);
    expect(memoryState().reached - reached, "the arena grew").toBeLessThan(40 * megabyte);
    expect(Math.abs(used() - live), "something stayed").toBeLessThan(megabyte);
  });

  test.skipIf(isPoisoned())("gradients that are dropped are freed where nothing else is allocated", () => {
    const x = randn([512, 512], { generator: new Generator(3) }).requiresGrad_();
    const g = randn([512], { generator: new Generator(3) });
    const reached = (count: number): number => {
      for (let i = 0; i < count; i++) autograd.grad(x.select(1, 5), [x], { gradOutputs: g });
      return memoryState().reached;
    };
    // 300 gradients of 1 MB each
    const before = reached(20);
    expect(reached(300) - before, "the arena grew").toBeLessThan(40 * megabyte);
  });

  test("evaluation without gradients frees 19,990 of 20,000 results of 4 kB, and keeps 10 in use", () => {
    const x = randn([1024], { generator: new Generator(2) });
    const live = used();
    const sweeps = memoryState().sweeps;
    const kept: Tensor[] = [];
    noGrad(() => {
      for (let i = 0; i < 20_000; i++) {
        const y = x.mul(i).add(1);
        if (i % 2000 === 0) kept.push(y);
      }
    });
    expect(memoryState().sweeps, "dead tensors were never looked for").toBeGreaterThan(sweeps);
    expect(used() - live, "something stayed").toBeLessThan(megabyte);
    const start = x.toTypedArray();
    kept.forEach((y, i) =>
      expect(y.toTypedArray(), `result ${i}`).toEqual(start.map((v) => Math.fround(Math.fround(v * (2000 * i)) + 1))),
    );
  });

  test("graphs without a backward pass are freed with their last tensor", () => {
    const w = randn([64, 64], { generator: new Generator(3), requiresGrad: true });
    const live = used();
    for (let i = 0; i < 2000; i++) w.matmul(w).tanh().sum();
    expect(used() - live).toBeLessThan(megabyte);
  });

  test("small tensors in use keep their values while others are freed", () => {
    const kept = new Map<number, Tensor>();
    for (let i = 0; i < 60_000; i++) {
      const y = tensor(new Float32Array(40).fill(i));
      if (i % 100 === 0) kept.set(i, y);
    }
    sweep();
    for (const [i, y] of kept)
      expect(
        y.toTypedArray().every((v) => v === i),
        `tensor ${i}`,
      ).toBe(true);
  });
});

test.skipIf(isPoisoned())("a storage whose array was read is freed", () => {
  const live = used();
  const reached = memoryState().reached;
  for (let i = 0; i < 1000; i++) expect(zeros([2 ** 18]).storage.array[5]).toBe(0);
  expect(memoryState().reached - reached, "the arena grew").toBeLessThan(40 * megabyte);
  expect(used() - live).toBeLessThan(2 * megabyte);
});

describe("storages in use are not freed:", () => {
  const churn = (): void => {
    // 64 MB: several minor sweeps
    for (let i = 0; i < 2000; i++) zeros([4096]).add(7);
    sweep();
    for (let i = 0; i < 200; i++) zeros([4096]).add(7);
  };

  test("that of a view whose base is dead", () => {
    const views = Array.from({ length: 20 }, (_, i) => tensor(new Float32Array(5000).fill(i)).narrow(0, 100, 50));
    churn();
    views.forEach((v, i) => expect(v.toTypedArray().every((x) => x === i)).toBe(true));
  });

  test("one of which only the array is in use", () => {
    const arrays = Array.from({ length: 20 }, (_, i) => tensor(new Float32Array(5000).fill(i)).storage.array);
    churn();
    arrays.forEach((a, i) => expect(a.every((x) => x === i)).toBe(true));
  });

  test("that of a gradient that was read before zeroGrad", () => {
    const w = randn([100], { generator: new Generator(4), requiresGrad: true });
    const optimizer = new optim.SGD([w], { lr: 0.1 });
    w.mul(3).sum().backward();
    const g = w.grad as Tensor;
    optimizer.step();
    optimizer.zeroGrad();
    w.mul(5).sum().backward();
    churn();
    expect(g.toTypedArray().every((v) => v === 3)).toBe(true);
    expect((w.grad as Tensor).toTypedArray().every((v) => v === 5)).toBe(true);
  });

  test("those of gradients that hooks and retainGrad returned", () => {
    const x = randn([100], { generator: new Generator(5), requiresGrad: true });
    const seen: Tensor[] = [];
    const h = x.mul(2);
    h.retainGrad();
    h.registerHook((g) => {
      seen.push(g);
      return g.mul(10);
    });
    h.mul(3).sum().backward();
    churn();
    expect(seen[0].toTypedArray().every((v) => v === 3)).toBe(true);
    expect((h.grad as Tensor).toTypedArray().every((v) => v === 30)).toBe(true);
    expect((x.grad as Tensor).toTypedArray().every((v) => v === 60)).toBe(true);
  });

  test("those of cotangents of a watched node", () => {
    inspect.setWatch({ nodes: 10 });
    const w = randn([8, 8], { generator: new Generator(8), requiresGrad: true });
    const loss = w.matmul(w).sum();
    loss.backward();
    inspect.setWatch({ nodes: 0 });
    churn();
    expect(tape(loss).data.rows.op).toHaveLength(2);
  });

  test("memory of a terminated program is freed", () => {
    const x = randn([100_000], { generator: new Generator(9), requiresGrad: true });
    const step = (): void => {
      let y = x;
      for (let i = 0; i < 20; i++) y = y.mul(x).tanh();
      y.sum().backward();
      x.grad = null;
    };
    const endless = (): void => {
      for (;;) step();
    };
    step();
    const live = used();
    for (let i = 0; i < 60; i++) {
      expect(() => runInNewContext("endless()", { endless }, { timeout: 8 })).toThrow("timed out");
      recover();
    }
    x.grad = null;
    expect(used() - live, "of 60 times 0.4 MB or more").toBeLessThan(megabyte);
    x.mul(4).sum().backward();
    expect((x.grad as unknown as Tensor).toTypedArray().every((v) => v === 4)).toBe(true);
  });

  test("temporaries are freed when backward throws", () => {
    const x = randn([1000], { generator: new Generator(6), requiresGrad: true });
    const live = used();
    for (let i = 0; i < 50; i++) {
      const h = x.mul(2);
      h.registerHook(() => {
        throw new Error("no further");
      });
      expect(() => h.mul(3).sum().backward()).toThrow("no further");
    }
    expect(used() - live).toBeLessThan(megabyte);
    x.mul(4).sum().backward();
    expect((x.grad as Tensor).toTypedArray().every((v) => v === 4)).toBe(true);
  });
});

describe("the arena", () => {
  test("a size class is the smallest that holds the bytes", () => {
    for (let bytes = 1; bytes < 300_000; bytes += 7) {
      const c = classOf(bytes);
      expect(unitsOf(c) * 64).toBeGreaterThanOrEqual(bytes);
      if (c > 0) expect(unitsOf(c - 1) * 64).toBeLessThan(bytes);
    }
  });

  test("blocks do not overlap, and adjacent free blocks are coalesced", () => {
    const arena = new Arena(8 * megabyte);
    const taken: { address: number; sizeClass: number }[] = [];
    for (let at = 0; ; at++) {
      const sizeClass = classOf([100, 5000, 70_000][at % 3]);
      const address = arena.allocate(sizeClass);
      if (address === 0) break;
      taken.push({ address, sizeClass });
    }
    const sorted = taken.toSorted((a, b) => a.address - b.address);
    for (let i = 1; i < sorted.length; i++)
      expect(sorted[i].address - sorted[i - 1].address).toBeGreaterThanOrEqual(64 * unitsOf(sorted[i - 1].sizeClass));
    expect(arena.allocate(classOf(4 * megabyte))).toBe(0);
    for (const { address, sizeClass } of taken) arena.free(address, sizeClass);
    expect(arena.usedBytes).toBe(0);
    expect(arena.allocate(classOf(4 * megabyte))).toBeGreaterThan(0);
  });

  test("the buffer covers each block that was allocated, also after the memory has grown", () => {
    const arena = new Arena(32 * megabyte);
    const first = arena.buffer;
    const sizeClass = classOf(megabyte);
    for (let i = 0; i < 16; i++)
      expect(arena.allocate(sizeClass) + 64 * unitsOf(sizeClass)).toBeLessThanOrEqual(arena.buffer.byteLength);
    expect(arena.buffer).not.toBe(first);
    expect(arena.buffer.byteLength).toBe(arena.memory.buffer.byteLength);
  });

  test("keepOnly frees all blocks except for the given ones and permanent memory", () => {
    const arena = new Arena(8 * megabyte);
    const sizeClass = classOf(megabyte / 8);
    const blocks = Array.from({ length: 4 }, () => ({ address: arena.allocate(sizeClass), sizeClass }));
    const reserved = arena.allocatePermanent(megabyte / 8);
    blocks.push({ address: arena.allocate(sizeClass), sizeClass });
    arena.keepOnly([blocks[2], blocks[0]]);
    expect(arena.usedBytes).toBe(megabyte / 4);
    const again = Array.from({ length: 3 }, () => arena.allocate(sizeClass));
    expect(again).toEqual([blocks[1].address, blocks[3].address, blocks[4].address]);
    expect(reserved).toBe(blocks[3].address + megabyte / 8);
  });

  test("the error for a full memory lists the largest tensors and what refers to them", () => {
    const message = withArena(new Arena(16 * megabyte), () =>
      withReferenceKernels(() => {
        const kept: Tensor[] = [];
        const w = randn([megabyte / 4], { generator: new Generator(7), requiresGrad: true });
        try {
          for (;;) kept.push(kept.length < 3 ? w.exp() : zeros([megabyte / 4]));
        } catch (error) {
          return String(error);
        }
      }),
    );
    expect(message).toMatch(
      /^MemoryError: cannot allocate 1 MB for a tensor: 1[345] MB of tensors are in use, and the memory is full. The largest are /,
    );
    expect(message).toContain("x float32 of 262144 elements made by the program, kept by variables");
    expect(message).toContain("3 x float32 of 262144 elements made by exp, saved by exp for backward (3 MB)");
    expect(message).toContain("Drop references to tensors that you no longer need, or compute inside noGrad(() => …)");
  });
});
