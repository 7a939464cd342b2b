/** Listeners to the tape: the notifications, their order, and registration. */
import { autograd, embedding, inspect, noGrad, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import {
  depthStep,
  firstDepth,
  isListening,
  listen,
  listenDuring,
  listeners,
  type TapeListener,
  unlisten,
} from "../../../../engine/src/tape/graph/listener.ts";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

const text = (g: Tensor | null | undefined): string => String(g?.toTypedArray());

/** Returns a listener that logs its notifications. */
function logger(): { readonly log: string[]; readonly listener: TapeListener } {
  const log: string[] = [];
  const listener: TapeListener = {
    opRan: (op, inputs, _params, outputs, recorded) =>
      void log.push(`ran ${op.name} ${inputs.length} -> ${outputs.length}${recorded ? ", recorded" : ""}`),
    opRecorded: (node) => void log.push(`recorded ${node.op.name}`),
    overwriting: (to) => void log.push(`overwriting ${to.numel()}`),
    cotangentsFormed: (node) => void log.push(`cotangents of ${node.op.name}`),
    ruleApplied: (node) => void log.push(`rule of ${node.op.name}`),
    wantsVisit: (node) => node.op.name === "mul",
    nodeVisited: (node, cotangents, contributions) =>
      void log.push(`visited ${node.op.name}: ${text(cotangents[0])} -> ${text(contributions[0])}`),
    walkBegan: (walk) => void log.push(`walk ${walk.accumulates ? "accumulates" : "returns"}`),
    walkEnded: (_walk, completed) => void log.push(completed ? "completed" : "interrupted"),
  };
  return { log, listener };
}

describe("a listener", () => {
  test("is notified of a forward and a backward pass, in order", () => {
    const { log, listener } = logger();
    const x = leaf([2, 3]);
    listenDuring(listener, () => {
      x.mul(x).sum().backward();
      noGrad(() => x.neg());
    });
    // without the ops that gradient rules run
    expect(log.filter((l) => !l.startsWith("ran") || /recorded$| neg /.test(l))).toEqual([
      "ran mul 2 -> 1, recorded",
      "recorded mul",
      "ran sum 1 -> 1, recorded",
      "recorded sum",
      "walk accumulates",
      "cotangents of sum",
      "rule of sum",
      "cotangents of mul",
      "rule of mul",
      "visited mul: 1,1 -> 2,3",
      "completed",
      "ran neg 1 -> 1",
    ]);
  });

  test("is notified of a change in place, a custom op, and a walk that an error ends", () => {
    const { log, listener } = logger();
    const x = leaf(1);
    const fails = autograd.customGradient((t: Tensor) => [
      t.mul(1),
      (): Tensor => {
        throw new Error("no");
      },
    ]);
    listenDuring(listener, () => {
      tensor([1, 2]).add_(1);
      expect(() => autograd.grad(fails(x), [x])).toThrow("no");
    });
    expect(log).toContain("overwriting 2");
    expect(log).toContain("recorded customGradient");
    expect(log.slice(-3)).toEqual(["walk returns", "cotangents of customGradient", "interrupted"]);
  });

  test("replaces outputs and cotangents, and stops backward at a node", () => {
    const x = leaf([1, 2]);
    const y = listenDuring(
      { opRecorded: (node, _inputs, [out]) => (node.op.name === "mul" && out ? [out.detach().neg()] : undefined) },
      () => x.mul(2),
    );
    expect(y.toArray()).toEqual([-2, -4]);
    const z = x.mul(3).sum();
    listenDuring({ cotangentsFormed: (node, gs) => void (node.op.name === "mul" && gs.fill(null)) }, () =>
      z.backward(),
    );
    expect(x.grad).toBeNull();
  });

  test("to gradient rules makes a sparse embedding compute a dense gradient", () => {
    const weight = leaf([[1], [2], [3]]);
    const told: string[] = [];
    const loss = embedding(tensor([1], { dtype: "int32" }), weight, { sparse: true }).sum();
    listenDuring({ ruleApplied: (node) => void told.push(node.op.name) }, () => loss.backward());
    expect(told).toContain("indexSelect");
    expect(weight.grad?.toArray()).toEqual([[0], [1], [0]]);
  });

  test("is notified of deep nodes at every 16th level", () => {
    const depths: number[] = [];
    listenDuring({ graphDeepened: (node) => void depths.push(node.depth) }, () => {
      let x = leaf(1);
      for (let i = 0; i < firstDepth + 2 * depthStep; i++) x = x.neg();
    });
    expect(depths).toEqual([firstDepth, firstDepth + depthStep, firstDepth + 2 * depthStep]);
  });
});

describe("registration", () => {
  test("lasts until it is removed, and notifies once even if made twice", () => {
    const told: string[] = [];
    const listener: TapeListener = { opRan: (op) => void told.push(op.name) };
    const handle = listen(listener);
    listen(listener);
    listenDuring(listener, () => tensor(1).neg());
    expect(told).toEqual(["neg"]);
    expect(isListening(listener)).toBe(true);
    handle.remove();
    expect(isListening(listener)).toBe(false);
    tensor(1).neg();
    expect(told).toEqual(["neg"]);
  });

  test("can be removed within the body, and async bodies may overlap", async () => {
    const listener: TapeListener = { opRan: () => {} };
    listenDuring(listener, () => {
      unlisten(listener);
      expect(isListening(listener)).toBe(false);
    });
    const wait = (ms: number) => (): Promise<void> => new Promise((done) => setTimeout(done, ms));
    const long = listenDuring(listener, wait(20));
    await listenDuring(listener, wait(1));
    expect(isListening(listener)).toBe(true);
    await long;
    expect(isListening(listener)).toBe(false);
  });

  test("no listener to ops is registered by default", () => {
    expect(listeners.hasOpListeners).toBe(false);
    const handle = inspect.onRecord(() => {});
    expect(listeners.hasOpListeners).toBe(true);
    handle.remove();
    expect(listeners.hasOpListeners).toBe(false);
  });
});
