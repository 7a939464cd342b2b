/** Reports on memory: what holds tensors, what made the peak, and what has grown. */
import { host, inspect, manualSeed, nn, ones, optim, randn, scope, Tensor, zeros } from "tapelab";
import { afterEach, describe, expect, test } from "vitest";

const { memory } = inspect;
const size = 4000;
const bytes = 4 * size;
const large = (): Tensor => ones([size]);

/** Returns the rows of a report as `kind holder count`. */
const rowsOf = (report: inspect.memory.MemoryReport): string[] =>
  report.data.rows
    .filter((row) => row.kind !== "unknown")
    .map(({ kind, holder, count }) => `${kind} ${holder} ${count}`);

afterEach(() => host.setVariables(() => ({})));

describe("usage", () => {
  test("names variables, fields, elements of lists, maps and sets", () => {
    class Box {
      readonly inner = large();
      #secret = [large(), large()];
      get count(): number {
        return this.#secret.length;
      }
    }
    const box = new Box();
    const roots = {
      x: large(),
      list: [large(), { deep: large() }, large()],
      map: new Map<unknown, unknown>([["k", large()]]),
      set: new Set([large()]),
      box,
    };
    expect(rowsOf(memory.usage(roots)).sort()).toEqual([
      "variable box.#secret[…] 2",
      "variable box.inner 1",
      "variable list[1].deep 1",
      "variable list[…] 2",
      'variable map.get("k") 1',
      "variable set[0] 1",
      "variable x 1",
    ]);
    expect(box.count).toBe(2);
  });
  test("tells parameters, buffers, gradients and the state of an optimizer apart", () => {
    const model = new nn.Sequential(new nn.Linear(100, 50), new nn.BatchNorm1d(2000));
    const optimizer = new optim.Adam([...model.parameters()].slice(0, 1), { lr: 0.1 });
    const [weight] = model.parameters();
    weight.square().sum().backward();
    optimizer.step();
    const kinds = new Map(memory.usage({ model, optimizer }).data.rows.map((row) => [row.holder, row.kind]));
    expect([...kinds].filter(([, kind]) => kind === "parameter").length).toBe(3);
    expect([...kinds.values()].filter((kind) => kind === "buffer").length).toBe(2);
    expect([...kinds.values()]).toContain("gradient");
    const moments = memory.usage({ model, optimizer }).data.rows.filter((row) => row.kind === "optimizer");
    expect(moments.reduce((sum, row) => sum + row.count, 0)).toBe(2);
    expect(moments[0].holder).toMatch(/^optimizer\.state/);
  });
  test("finds what a closure has captured", () => {
    const make = (): (() => number) => {
      const cache = [large()];
      return () => cache.length;
    };
    expect(rowsOf(memory.usage({ step: make() }))).toEqual(["closure step (captures cache)[0] 1"]);
  });
  test("finds what graphs have saved, by scope", () => {
    const w = zeros([size], { requiresGrad: true });
    const loss = scope("encoder", () => w.exp().mul(w.sin())).sum();
    const report = memory.usage({ w, loss });
    expect(rowsOf(report)).toContain("variable w 1");
    const saved = report.data.rows.filter((row) => row.kind === "graph");
    expect(saved.reduce((sum, row) => sum + row.bytes, 0)).toBe(2 * bytes);
    expect(report.data.scopes).toMatchObject({ bytes: 2 * bytes, parts: [{ name: "encoder", bytes: 2 * bytes }] });
    loss.backward();
    expect(memory.usage({ w, loss }).data.scopes).toBeNull();
  });
  test("names the op that made what nothing refers to by a known way", () => {
    const hidden = large().exp();
    const row = memory.usage().data.rows.find(({ kind, holder }) => kind === "unknown" && holder === "exp");
    expect(row?.bytes).toBeGreaterThanOrEqual(bytes);
    expect(hidden.numel()).toBe(size);
  });
  test("reads the variables of a host, and no garbage", () => {
    const variables: Record<string, unknown> = { a: large() };
    host.setVariables(() => variables);
    expect(rowsOf(memory.usage())).toEqual(["variable a 1"]);
    variables["a"] = null;
    expect(rowsOf(memory.usage())).toEqual([]);
  });
  test("does not enter namespaces of modules", () => {
    expect(rowsOf(memory.usage({ nn, inspect, x: large() }))).toEqual(["variable x 1"]);
  });
  test("walks cycles and deep lists", () => {
    const deep: unknown[] = [];
    let at = deep;
    for (let i = 0; i < 20_000; i++) at.push((at = [] as unknown[]));
    at.push(large(), deep);
    expect(memory.usage({ deep }).data.rows.filter((row) => row.kind === "variable")).toHaveLength(1);
  });
  test("keeps no tensor alive", () => {
    const list: (Tensor | null)[] = [large()];
    const report = memory.usage({ list });
    list[0] = null;
    expect(rowsOf(memory.usage({ list, report }))).toEqual([]);
  });
});

describe("compare", () => {
  test("lists groups that have grown or shrunk, the largest change first", () => {
    const losses = [large()];
    const other: unknown[] = [large(), large()];
    const before = memory.usage({ losses, other });
    for (let i = 0; i < 5; i++) losses.push(large());
    other.length = 0;
    const report = memory.compare(before, memory.usage({ losses, other }));
    const rows = report.data.rows.filter((row) => row.kind === "variable");
    expect(rows.map(({ holder, change }) => [holder, change])).toEqual([
      ["losses[…]", 5 * bytes],
      ["other[…]", -2 * bytes],
    ]);
    expect(String(report)).toContain("+80 kB");
  });
});

describe("holders", () => {
  test("lists all ways to a tensor, also through views and graphs", () => {
    const x = large().requiresGrad_();
    const box = { list: [x.detach().narrow(0, 0, 10)] };
    const y = x.square();
    const found = memory.holders(x, { x, box, y }).data.rows.map(({ kind, holder }) => `${kind} ${holder}`);
    expect(found[0]).toBe("variable x");
    expect(found).toContain("variable box.list[0]");
    expect(found).toContain("graph y → square");
  });
  test("says when none is found", () => {
    const x = large();
    expect(String(memory.holders(x))).toContain("No holder was found");
  });
});

describe("peak", () => {
  test("counts what is alive together, not what was allocated, and names the op and the scope", () => {
    const { value, report } = memory.peak(() => {
      let y = zeros([100_000]);
      for (let i = 0; i < 20; i++) y = y.add(1);
      const total = scope("wide", () => y.unsqueeze(0).expand([10, 100_000]).exp().sum());
      return total.item();
    });
    expect(value).toBeGreaterThan(0);
    expect(report.data.title).toMatch(/^\d/);
    const [first] = report.data.rows;
    expect(first.holder).toBe("exp");
    expect(first.bytes).toBe(4e6);
    expect(report.data.scopes?.parts[0]).toMatchObject({ name: "wide", parts: [{ name: "exp", bytes: 4e6 }] });
    expect(report.data.facts.join(" ")).toContain("at exp");
    const added = report.data.rows.find((row) => row.holder === "add");
    expect(added?.count, "the 20 results of add were not alive together").toBeLessThanOrEqual(2);
  });
  test("sees backward, and async bodies", async () => {
    manualSeed(0);
    const w = randn([300, 300], { requiresGrad: true });
    const { report } = await memory.peak(async () => {
      await Promise.resolve();
      w.matmul(w).tanh().matmul(w).sum().backward();
    });
    expect(report.data.rows.length).toBeGreaterThan(1);
    expect(w.grad?.shape).toEqual([300, 300]);
    expect(report.data.facts.at(-1)).toMatch(/^op \d+ of \d+$/);
  });
});

describe("the display", () => {
  test("is a table with stills and text below the limits", () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, ones([1100 + i])]));
    const report = memory.usage(many);
    expect(report.data.rows).toHaveLength(60);
    expect(report.data.omitted.rows).toBeGreaterThanOrEqual(140);
    const bundle = report.bundle();
    expect(Object.keys(bundle)).toEqual(["application/vnd.tapelab.memory.v1+json", "text/html", "text/plain"]);
    expect(String(report)).toContain("and 140 more");
    expect(String(bundle["text/html"]).length).toBeLessThan(20_000);
  });
});
