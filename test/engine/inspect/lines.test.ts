/** Observation of code lines for annotations: which tensor a line shows, ranges over iterations, bounds of memory, and nothing while it is off. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { inspect, manualSeed, nn, optim, randn, type Tensor, tensor } from "tapelab";
import { type LineNote, noteAlarm, noteFacts, noteWords } from "tapelab/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findLine } from "../../../engine/src/inspect/lines/find.ts";
import { LineRecorder } from "../../../engine/src/inspect/lines/recorder.ts";
import { listeners } from "../../../engine/src/tape/graph/listener.ts";

const file = "cell[1]";
/** The lines of the program on the stack, innermost first, which the tests set. */
let stack: readonly number[] = [1];
/** Runs `body` as code of a line. */
function at<T>(line: number, body: () => T): T {
  const outer = stack;
  stack = [line, ...outer];
  try {
    return body();
  } finally {
    stack = outer;
  }
}

let recorder = new LineRecorder();
beforeEach(() => {
  stack = [];
  inspect.setWatch({
    nodes: 0,
    site: () => {
      const lines = stack;
      return { resolve: () => null, positions: () => lines.map((line) => ({ file, line, column: 1 })) };
    },
  });
  recorder = new LineRecorder();
  recorder.start();
});
afterEach(() => {
  recorder.stop();
  inspect.setWatch({ nodes: 0 });
});

/** Returns the notes by line. */
const notes = (): Record<number, LineNote> =>
  Object.fromEntries(recorder.entriesOf(file).map((e) => [e.position.line, e.encode(e.position.line)]));

test("a line shows the last tensor that it made, and a line that calls a function the last one of the call", () => {
  const w = tensor([[1, 2]], { requiresGrad: true });
  const f = (x: Tensor): Tensor => at(10, () => x.mul(2).sum());
  const y = at(1, () => f(w));
  at(2, () => y.add(1));
  expect(recorder.endRun()).toEqual([file]);
  expect(recorder.endRun()).toEqual([]);
  const found = notes();
  expect([found[10].op, found[1].op, found[2].op]).toEqual(["sum", "sum", "add"]);
  expect([found[10].shape, found[10].value]).toEqual([[], 6]);
});

test("what a view computes for itself makes no tensor of its line", () => {
  inspect.setWatch({
    nodes: 100,
    site: () => {
      const lines = stack;
      return { resolve: () => null, positions: () => lines.map((line) => ({ file, line, column: 1 })) };
    },
  });
  const w = tensor(2, { requiresGrad: true });
  const y = at(1, () => w.mul(3).tanh());
  at(2, () => y.backward());
  at(3, () => inspect.steps(y).bundle());
  recorder.endRun();
  expect(Object.keys(notes())).toEqual(["1"]);
});

test("gradients have the latest, the least and the greatest of the iterations", () => {
  const w = tensor([3, 4], { requiresGrad: true });
  for (let i = 1; i <= 4; i++) {
    const h = at(1, () => w.mul(i));
    const loss = at(2, () => h.mul(i === 4 ? 2 : i).sum());
    at(3, () => loss.backward());
  }
  recorder.endRun();
  const { count, gradient } = notes()[1];
  expect(count).toBe(4);
  expect(gradient).toEqual({ latest: 2.83, min: 1.41, max: 4.24 });
  expect(notes()[3]).toBeUndefined();
});

test("a leaf has the norm of its gradient, and a range when that has changed", () => {
  for (const n of [2, 32]) {
    const w = tensor(new Array<number>(n).fill(1), { requiresGrad: true });
    const position = { file, line: -n, column: 0 };
    w.mul(3).sum().backward();
    recorder.noteTensor(position, w);
    const entry = recorder.entriesOf(file).find((e) => e.position.line === -n);
    if (entry === undefined) throw new Error("the line has no entry");
    const norm = 3 * Math.sqrt(n);
    const near = (v: number): unknown => expect.closeTo(v, 1);
    expect(entry.encode(n).gradient).toEqual({ latest: near(norm), min: near(norm), max: near(norm) });
    recorder.endRun();
    recorder.noteLeaf(entry, w);
    expect(recorder.endRun(), "nothing new").toEqual([]);
    w.sum().backward();
    recorder.noteLeaf(entry, w);
    expect(recorder.endRun()).toEqual([file]);
    const more = 4 * Math.sqrt(n);
    expect(entry.encode(n).gradient).toEqual({ latest: near(more), min: near(norm), max: near(more) });
    expect(entry.count).toBe(1);
  }
});

test("the ops of an optimizer and of backward are not those of a line", () => {
  manualSeed(1);
  const model = new nn.Linear(4, 2);
  class Plain extends optim.Optimizer {
    update(p: Tensor, g: Tensor): void {
      p.sub_(g.mul(this.lr));
    }
  }
  const optimizer = new Plain("Plain", model.parameters(), 0.1);
  const loss = at(1, () =>
    model
      .forward(randn([3, 4]))
      .square()
      .mean(),
  );
  at(2, () => loss.backward());
  at(3, () => optimizer.step());
  recorder.endRun();
  expect(Object.keys(notes())).toEqual(["1"]);
});

test("dead units and values that are not finite", () => {
  const x = tensor(
    [
      [-1, 2, -3, 0.5],
      [-1, -2, -3, 1],
    ],
    { requiresGrad: true },
  );
  at(1, () => x.relu());
  at(2, () => x.log());
  recorder.endRun();
  expect(notes()[1].dead).toEqual({ latest: 0.5, min: 0.5, max: 0.5 });
  expect(notes()[2].broken).toBe(true);
});

test("a long loop is observed in bursts, takes a share of the time, and its memory is bounded", () => {
  const x = randn([8, 8]);
  for (let i = 0; i < 200_000; i++) {
    at(1, () => x.mul(2));
    at(2, () => x.sum());
  }
  recorder.endRun();
  const { 1: first, 2: second } = notes();
  expect(first.count).toBeGreaterThan(400);
  expect(first.count).toBeLessThan(200_000);
  expect([first.op, second.op]).toEqual(["mul", "sum"]);
  for (let i = 0; i < 10_000; i++) {
    recorder.beginRun();
    at(i + 10, () => x.mul(2));
  }
  recorder.endRun();
  expect(recorder.entriesOf(file).length).toBeLessThanOrEqual(4000);
  recorder.forget(file);
  expect(recorder.entriesOf(file)).toEqual([]);
});

test("no tensor is kept alive", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const refs: WeakRef<Tensor>[] = [];
  const make = (): void => {
    for (let i = 0; i < 20; i++) {
      const y = at(1, () => randn([32, 32]).requiresGrad_().mul(2));
      at(2, () => y.sum()).backward();
      refs.push(new WeakRef(y));
    }
  };
  make();
  recorder.endRun();
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  expect(refs.filter((r) => r.deref() !== undefined).length).toBeLessThanOrEqual(1);
});

test("stopped, it listens to nothing and has forgotten everything", () => {
  at(1, () => tensor([1]).mul(2));
  recorder.endRun();
  const before = listeners.all.length;
  recorder.stop();
  expect(listeners.all.length).toBe(before - 1);
  expect(recorder.entriesOf(file)).toEqual([]);
  expect(recorder.isListening).toBe(false);
});

test("the tensor of a line and its tape are found while a variable leads to them", () => {
  const w = tensor([[1, 2]], { requiresGrad: true });
  const h = at(1, () => w.mul(2));
  const loss = at(2, () => h.sum());
  recorder.endRun();
  const entries = new Set(recorder.entriesOf(file).filter((e) => e.position.line === 1));
  const { tensor: data, tape, row } = findLine(recorder, entries, { tensors: [loss, h], own: [], wantsTape: true });
  expect(data?.shape).toEqual([1, 2]);
  expect(tape?.rows.label[row]).toBe("×");
  expect(findLine(recorder, entries, { tensors: [w], own: [], wantsTape: true })).toEqual({
    tensor: null,
    tape: null,
    row: -1,
  });
  expect(findLine(recorder, entries, { tensors: [w], own: [w], wantsTape: false }).tensor?.shape).toEqual([1, 2]);
});

describe("words", () => {
  const note: LineNote = {
    line: 1,
    op: "relu",
    shape: [32, 128],
    dtype: "float32",
    count: 1,
    value: null,
    broken: false,
    gradient: null,
    dead: null,
  };
  const one = (v: number): LineNote["gradient"] => ({ latest: v, min: v, max: v });

  test.each([
    [note, "[32, 128]"],
    [{ ...note, gradient: one(0.0312), dead: one(0.12) }, "[32, 128]  |g| 0.031  12 % dead"],
    [{ ...note, dtype: "int64", dead: one(0) }, "[32, 128] int64"],
    [{ ...note, shape: [], value: 0.318 }, "0.318"],
    [
      { ...note, count: 40, gradient: { latest: 0.02, min: 0.001, max: 0.3 } },
      "[32, 128]  |g| 0.02 (0.001 … 0.3)  ×40",
    ],
    [{ ...note, broken: true, gradient: { latest: "NaN", min: 1, max: 1 } as const }, "[32, 128]  |g| NaN  not finite"],
  ])("%#", (given, words) => {
    expect(noteWords(given)).toBe(words);
  });

  test("alarms", () => {
    expect(noteAlarm(note)).toBeNull();
    expect(noteAlarm({ ...note, gradient: one(0.1), dead: one(0.2) })).toBeNull();
    expect(noteAlarm({ ...note, gradient: one(0) })).toMatch(/^the gradient is 0 everywhere/);
    expect(noteAlarm({ ...note, gradient: one(1e6) })).toBe("the gradient is large");
    expect(noteAlarm({ ...note, dead: one(0.8) })).toMatch(/^80 % of the units/);
    expect(noteAlarm({ ...note, broken: true })).toMatch(/NaN or infinite/);
    expect(noteFacts({ ...note, gradient: one(0) })).toEqual([
      "relu [32, 128] float32",
      "▲ the gradient is 0 everywhere, so that nothing before it learns from here",
      "norm of the gradient that passed: 0",
    ]);
  });
});
