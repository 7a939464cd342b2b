import { crossEntropy, gradients, inspect, nn, scope, type Tensor, tape, tensor } from "tapelab";
import {
  formatBytes,
  formatNorm,
  formatNumber,
  formatShare,
  initiallyFolded,
  lanesOf,
  linesOf,
  type TapeData,
} from "tapelab/view";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

class Net extends nn.Module {
  fc = new nn.Linear(2, 3);
  override forward(x: Tensor): Tensor {
    const h = this.fc.forward(x);
    return h.relu().exp().add(h);
  }
}

let data: TapeData;
beforeAll(() => {
  inspect.setWatch({ nodes: 100 });
  const loss = crossEntropy(new Net().forward(tensor([[1, 2]])), tensor([0], { dtype: "int32" }));
  loss.backward();
  data = tape(loss).data;
});
afterAll(() => inspect.setWatch({ nodes: 0 }));

describe("lines", () => {
  test("fold composites at first, and show modules", () => {
    const lines = linesOf(data, initiallyFolded(data));
    expect(
      lines.map((l) => (l.kind === "scope" ? data.scopes.name[l.scope] : data.ops.name[data.rows.op[l.row]])),
    ).toEqual(["Net", "linear", "relu", "exp", "add", "crossEntropy"]);
    expect(lines[1]).toMatchObject({ kind: "row", only: "fc", depth: 1 });
    expect(lines[5]).toMatchObject({ kind: "scope", folded: true });
  });
  test("unfold to all rows", () => {
    const rows = linesOf(data, new Set()).filter((l) => l.kind === "row");
    expect(rows.map((l) => l.kind === "row" && l.row)).toEqual(data.rows.op.map((_, i) => i));
  });
});

describe("lanes", () => {
  test("give a connection that skips lines a lane of its own", () => {
    const lines = linesOf(data, initiallyFolded(data));
    const { lanes, width } = lanesOf(data, lines);
    expect(width).toBe(1);
    expect(lanes.find((l) => l.lane === 1)).toEqual({ from: 1, to: 4, lane: 1 });
    expect(lanes.filter((l) => l.lane === 0).map((l) => [l.from, l.to])).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
  });
  test("of overlapping connections never share", () => {
    const x = tensor([1], { requiresGrad: true });
    const h = Array.from({ length: 4 }, (_, i) => x.mul(i));
    const sum = h.reduce((a, b) => a.add(b));
    const t = tape(sum).data;
    const { lanes } = lanesOf(t, linesOf(t, new Set()));
    const skipping = lanes.filter((l) => l.lane > 0);
    for (const a of skipping)
      for (const b of skipping)
        if (a !== b && a.lane === b.lane) expect(a.from >= b.to || b.from >= a.to, JSON.stringify([a, b])).toBe(true);
  });
  test("take a tenth of a second for 100,000 rows", () => {
    const n = 100_000;
    const big = {
      ...data,
      rows: {
        ...data.rows,
        op: new Array(n).fill(0),
        scope: new Array(n).fill(-1),
        inputs: Array.from({ length: n }, (_, i) => (i === 0 ? [] : [i - 1])),
      },
    };
    const lines = linesOf(big, new Set());
    expect(lanesOf(big, lines).lanes.length).toBe(n - 1);
  });
});

describe("still pictures", () => {
  test("the SVG has presentation attributes only, a title and a description", () => {
    const svg = tape(scope("<b>", () => tensor([1], { requiresGrad: true }).mul(2).add(1))).bundle()[
      "image/svg+xml"
    ] as string;
    expect(svg).toMatch(/^<svg [^>]*width="\d+" height="\d+" viewBox=/);
    expect(svg).toContain("<title>");
    expect(svg).toContain("<desc>");
    for (const forbidden of ["<style", "class=", "id=", "url(", "<defs", "<use", "foreignObject", "<script", "<b>"])
      expect(svg.includes(forbidden), forbidden).toBe(false);
    expect(svg).toContain("&lt;b&gt;");
  });
  test("the SVG fits a printed page, however many columns it has", () => {
    const svg = tape(crossEntropy(new Net().forward(tensor([[1, 2]])), tensor([0], { dtype: "int32" }))).bundle()[
      "image/svg+xml"
    ] as string;
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThanOrEqual(570);
    const x = tensor([[1]], { requiresGrad: true }).named("an input with a very long name indeed");
    let y: Tensor = x;
    for (let i = 0; i < 8; i++)
      y = scope(`a scope with a long name ${i}`, () => y.mul(x).reshape([1, 1, 1, 1]).reshape([1, 1]));
    const long = tape(y).bundle()["image/svg+xml"] as string;
    expect(Number(/width="(\d+)"/.exec(long)?.[1])).toBeLessThanOrEqual(570);
  });
  test("the HTML table is semantic and bare, and escapes names", () => {
    const w = tensor([1], { requiresGrad: true });
    w.mul(2).sum().backward();
    const html = gradients({ "<i>w": w }).bundle()["text/html"] as string;
    expect(html).toContain('<th scope="row">&lt;i&gt;w</th>');
    expect(html).toContain('<th scope="col">norm</th>');
    for (const forbidden of ["<style", "style=", "<script", "class=", "<img"])
      expect(html.includes(forbidden), forbidden).toBe(false);
  });
  test("the text stands alone", () => {
    const text = tape(tensor([1], { requiresGrad: true }).mul(2)).toString();
    expect(text).toMatch(/^Tape of result 2: 1 ops/);
    expect(text).toContain("mul");
  });
});

test("numbers, norms, sizes and shares are formatted for people", () => {
  expect([0, 1, 2.5, 0.0123, 1234.5, 1e-5, -3.2e7].map((v) => formatNumber(v))).toEqual([
    "0",
    "1",
    "2.50",
    "0.012",
    "1234.5",
    "1.0e−5",
    "−3.2e7",
  ]);
  expect(formatNumber("NaN")).toBe("NaN");
  expect(formatNorm(0.00042)).toBe("4.2e-04");
  expect([999, 12_345, 5.6e7].map(formatBytes)).toEqual(["999 B", "12 kB", "56 MB"]);
  expect([formatShare(0, 5), formatShare(1, 1000), formatShare(999, 1000), formatShare(5, 5)]).toEqual([
    "0 %",
    "< 1 %",
    "> 99 %",
    "100 %",
  ]);
});
