/** Watching has a budget: some nodes at once, more as time goes by, and of the others a sample of call sites. */
import { inspect, type Tensor, tensor } from "tapelab";
import { afterEach, expect, test } from "vitest";

afterEach(() => inspect.setWatch({ nodes: 0 }));

/** A chain of so many operations, and its nodes in order. */
function chain(length: number): {
  readonly result: Tensor;
  readonly watched: readonly boolean[];
  readonly sites: readonly boolean[];
} {
  const x = tensor(1, { requiresGrad: true });
  const results: Tensor[] = [];
  for (let i = 0, y: Tensor = x; i < length; i++) {
    y = y.mul(1);
    results.push(y);
  }
  const nodes = results.map((y) => y.gradFn);
  return {
    result: results[length - 1],
    watched: nodes.map((n) => (n?.watched?.outputs.length ?? 0) > 0),
    sites: nodes.map((n) => n?.watched?.site != null),
  };
}

const count = (list: readonly boolean[]): number => list.filter(Boolean).length;

test("all nodes of a budget, and none beyond it without call sites", () => {
  inspect.setWatch({ nodes: 20 });
  expect(chain(50).watched).toEqual(Array.from({ length: 50 }, (_, i) => i < 20));
});

test("beyond the budget every 64th node has its call site, and keeps no tensors", () => {
  let captured = 0;
  inspect.setWatch({
    nodes: 10,
    site: () => {
      captured++;
      return { resolve: () => null };
    },
  });
  const { watched, sites, result } = chain(1000);
  expect(count(watched)).toBe(10);
  expect(captured).toBe(10 + Math.floor(1000 / 64));
  expect(count(sites)).toBe(captured);
  result.backward();
});

test("more of the budget is given out as time goes by, a twentieth of it", () => {
  inspect.setWatch({ nodes: 5000, first: 10, site: () => ({ resolve: () => null }) });
  expect(count(chain(60).watched), "before any time").toBe(10);
  for (const began = performance.now(); performance.now() - began < 40; );
  const { watched } = chain(2000);
  // 40 ms give 2 ms, and a node costs some microseconds
  expect(count(watched)).toBeGreaterThan(100);
  expect(count(watched)).toBeLessThan(5000);
});

test("a node whose call site alone was kept does not keep its gradient", () => {
  inspect.setWatch({ nodes: 1, first: 0, site: () => ({ resolve: () => null }) });
  const { result } = chain(64);
  result.backward();
  expect(result.gradFn?.watched?.site).not.toBeNull();
  expect(result.gradFn?.watched?.cotangents).toBeNull();
});
