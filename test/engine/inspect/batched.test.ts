/** The inspector while `vmap` maps over cotangents, as `func.jacrev` does: gradients of a walk then have a batch dimension, which they hide. */
import { autograd, func, host, inspect, type Tensor, tape, tensor } from "tapelab";
import { afterEach, expect, test } from "vitest";
import { LineRecorder } from "../../../engine/src/inspect/lines/recorder.ts";

afterEach(() => inspect.setWatch({ nodes: 0 }));

const shapes: readonly (readonly number[])[] = [[1], [3], [20]];
const leafOf = ([n]: readonly number[]): Tensor =>
  tensor(
    Array.from({ length: n }, (_, i) => 0.1 * (i + 1)),
    { requiresGrad: true },
  );
const square = (x: Tensor): Tensor => x.exp().relu().square();

/** Runs a walk with a batch of cotangents from a result that stays. */
function batchedWalk(x: Tensor): { readonly y: Tensor; readonly rows: Tensor } {
  const y = square(x);
  const rows = func.vmap((u: Tensor) => autograd.grad(y, [x], { gradOutputs: [u], retainGraph: true })[0])(
    func.jacrev((v: Tensor) => v.mul(1))(x.detach()),
  );
  return { y, rows };
}

test.each(shapes)("lines note the norm over the batch, [%s]", (n) => {
  inspect.setWatch({
    nodes: 0,
    site: () => ({ resolve: () => null, positions: () => [{ file: "cell[1]", line: 1, column: 1 }] }),
  });
  const recorder = new LineRecorder();
  recorder.start();
  try {
    const { rows } = batchedWalk(leafOf([n]));
    recorder.endRun();
    expect(rows.shape).toEqual([n, n]);
    expect(recorder.entriesOf("cell[1]")).toHaveLength(1);
  } finally {
    recorder.stop();
  }
});

test.each(shapes)("anomaly mode reads all members of the batch, [%s]", (n) => {
  const x = leafOf([n]);
  const { rows } = autograd.detectAnomaly(() => batchedWalk(x));
  expect(
    rows
      .select(0, n - 1)
      .select(0, n - 1)
      .item(),
  ).toBeCloseTo(2 * Math.exp(0.2 * n), 4);
  const wrong = (v: Tensor): Tensor => v.sub(v.detach()).sqrt();
  expect(() => autograd.detectAnomaly(() => func.jacrev(wrong)(x))).toThrow("the gradient rule of sqrt made");
});

test.each(shapes)("the tape of a result keeps no batch of gradients, and those of a later walk, [%s]", (n) => {
  inspect.setWatch({ nodes: 100 });
  const x = leafOf([n]);
  const { y } = batchedWalk(x);
  const before = tape(y).data;
  expect(before.rows.gradientState.every((state) => state !== "computed")).toBe(true);
  expect(String(tape(y))).toContain("square");
  expect(inspect.explain(x).data.state).toBeDefined();
  y.sum().backward();
  expect(tape(y).data.rows.gradientState).toEqual(["computed", "computed", "computed"]);
});

test("breakpoints, events and peaks see the walk", () => {
  const x = leafOf([3]);
  const stops: string[] = [];
  host.setStopHandler(({ event }) => {
    stops.push(`${event.phase} ${event.op}`);
    return "continue";
  });
  const handle = inspect.breakWhen({ op: "exp", normAbove: 0 }, { phase: "backward" });
  const seen: string[] = [];
  const hook = inspect.onGradient(({ op }) => void seen.push(op));
  try {
    batchedWalk(x);
  } finally {
    handle.remove();
    hook.remove();
    host.setStopHandler(null);
  }
  expect(stops).toEqual(["backward exp"]);
  expect(seen).toContain("relu");
  expect(inspect.memory.peak(() => batchedWalk(x)).report.data.title).toContain("at most");
});
