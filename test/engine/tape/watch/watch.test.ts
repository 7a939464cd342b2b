/** The budget of watching: some nodes at once, more as time passes, and a sample of the call sites of the others. */
import { inspect, type Tensor, tensor } from "tapelab";
import { afterEach, expect, test } from "vitest";

afterEach(() => inspect.setWatch({ nodes: 0 }));

/** Records a chain of ops. Returns its nodes in order. */
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

test("watches the nodes of the budget, and none beyond it if call sites are not captured", () => {
  inspect.setWatch({ nodes: 20 });
  expect(chain(50).watched).toEqual(Array.from({ length: 50 }, (_, i) => i < 20));
});

test("keeps the call site, but no tensors, of every 64th node beyond the budget", () => {
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

// another process may take the processor while the nodes are noted
test("raises the allowance as time passes, to a twentieth of the time", { retry: 4 }, () => {
  inspect.setWatch({ nodes: 5000, first: 10, site: () => ({ resolve: () => null }) });
  expect(count(chain(60).watched), "before any time").toBe(10);
  for (const began = performance.now(); performance.now() - began < 40; );
  const { watched } = chain(2000);
  // 40 ms give 2 ms, and a node costs some microseconds
  expect(count(watched)).toBeGreaterThan(100);
  expect(count(watched)).toBeLessThan(5000);
});

test("a node that keeps only its call site does not keep its gradient", () => {
  inspect.setWatch({ nodes: 1, first: 0, site: () => ({ resolve: () => null }) });
  const { result } = chain(64);
  result.backward();
  expect(result.gradFn?.watched?.site).not.toBeNull();
  expect(result.gradFn?.watched?.cotangents).toBeNull();
});
