/** Cuts stay few in chains of ops inside of noGrad, whatever the order of their operands. */

import { full, noGrad, type Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { cutsIn } from "../../../engine/src/tensor/cut.ts";

const leaf = (value: number): Tensor => full([20], value, { requiresGrad: true });

describe("a chain inside of noGrad", () => {
  const leaves = [leaf(0.5), leaf(0.25), leaf(2)];
  const [x, w, v] = leaves;
  const chains: readonly (readonly [string, (y: Tensor) => Tensor])[] = [
    ["with the chain on the left", (y) => y.mul(w).add(v)],
    ["with the chain on the right", (y) => w.mul(v.add(y))],
    ["that uses itself twice", (y) => y.mul(w).add(y.mul(v)).div(y.abs().add(w))],
  ];
  test.each(chains)("%s keeps one cut for each leaf", (_name, step) => {
    const y = noGrad(() => {
      let value = step(x);
      for (let i = 0; i < 60; i++) value = step(value);
      return value;
    });
    const found = cutsIn(y.cut).flatMap((cut) => [...cut.trail.leaves]);
    expect(new Set(found)).toEqual(new Set(leaves.map((t) => t.accumulator?.seq)));
    expect(y.cut?.size).toBeLessThanOrEqual(leaves.length + 1);
  });
});
