/** Displays of tensors: numbers of small tensors, pictures of larger ones, and the exact elements that are stored. */
import { arange, full, manualSeed, randn, type Tensor, tensor, zeros } from "tapelab";
import {
  Arrangement,
  decodeNumber,
  formatElement,
  heatPanels,
  numberFormat,
  numberPanels,
  type TensorData,
  tensorOutput,
} from "tapelab/view";
import { describe, expect, test } from "vitest";

type Bundle = Readonly<Record<string, string>>;

const bundleOf = (t: Tensor): Bundle =>
  (t as unknown as Record<symbol, () => Bundle>)[Symbol.for("Jupyter.display")].call(t);
const dataOf = (t: Tensor): TensorData => bundleOf(t)[tensorOutput.mime] as unknown as TensorData;
const htmlOf = (t: Tensor): string => bundleOf(t)["text/html"];
const cells = (html: string): string[] => [...html.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map((m) => m[1]);

describe("a small tensor is a table of its numbers", () => {
  test("whole numbers have no decimals, as in the tour's first output", () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    x.mul(x).sum().backward();
    const html = htmlOf(x.grad as Tensor);
    expect(cells(html)).toEqual(["2", "4", "6"]);
    expect(html).toContain("<code>[3] float32");
    expect(html).not.toContain("1 by 3");
  });
  test("all have the same number of decimals", () => {
    expect(cells(htmlOf(tensor([0.5, -0.25, 3])))).toEqual(["0.50", "-0.25", "3.00"]);
    expect(cells(htmlOf(tensor([1 / 3, 2])))).toEqual(["0.3333", "2.0000"]);
  });
  test("bools are 0 and 1, integers are whole", () => {
    expect(cells(htmlOf(tensor([true, false])))).toEqual(["1", "0"]);
    expect(cells(htmlOf(tensor([1_234_567, -8], { dtype: "int32" })))).toEqual(["1234567", "-8"]);
    expect(bundleOf(tensor([true, false, true]))["text/plain"]).toContain("2 true, 1 false");
  });
  test("signs, infinities and NaN are written", () => {
    const html = htmlOf(tensor([-0, 0, Number.NaN, Infinity, -Infinity, -1.5]));
    expect(cells(html)).toEqual(["-0.0", "0.0", "NaN", "inf", "-inf", "-1.5"]);
    expect(html).toContain("1 NaN, 2 inf");
  });
  test("very large and very small ones have exponents", () => {
    expect(cells(htmlOf(tensor([1e-30, 1, 1e20])))).toEqual(["1e-30", "1e0", "1e20"]);
    expect(cells(htmlOf(tensor([123_456.5, 1])))).toEqual(["1.2346e5", "1.0000e0"]);
  });
  test("tints follow the value: none for 0, a side for each sign, the strongest for the greatest magnitude", () => {
    const html = htmlOf(tensor([[0, 2, -4]]));
    expect([...html.matchAll(/<td(?: style="background:#(\w+)")?>/g)].map((m) => m[1])).toEqual([
      undefined,
      "dc6e1e40",
      "326ee680",
    ]);
    expect(htmlOf(zeros([2, 2]))).not.toContain("style");
    expect(htmlOf(full([2], 7)).match(/dc6e1e80/g)?.length).toBe(2);
  });
  test("more dimensions are blocks with their indices", () => {
    const html = htmlOf(arange(0, 12).reshape([3, 2, 2]));
    for (const index of ["[0]", "[1]", "[2]"]) expect(html).toContain(`<p>${index}</p>`);
    expect(cells(html)).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
    expect(dataOf(zeros([100, 2, 2])).slices.length).toBe(100);
  });
  test("a scalar is a number, and a tensor without elements says so", () => {
    expect(htmlOf(tensor(0.3184))).toMatch(/^<p><b>0.3184<\/b><\/p><p><code>\[\] float32/);
    expect(htmlOf(zeros([0, 3]))).toContain("no elements");
  });
  test("views show their own elements", () => {
    const html = htmlOf(arange(0, 6).reshape([2, 3]).t().narrow(0, 1, 2));
    expect(cells(html)).toEqual(["1", "4", "2", "5"]);
  });
  test("gradients are mentioned", () => {
    const x = tensor([3, 4], { requiresGrad: true });
    expect(htmlOf(x)).toContain("requires a gradient</code>");
    x.sum().backward();
    expect(htmlOf(x)).toContain("has a gradient, norm 1.41");
    expect(htmlOf(x.mul(2))).toContain("made by MulBackward");
  });
  test("the histogram comes last, from 16 elements on", () => {
    const text = bundleOf(arange(0, 16).to("float32"))["text/plain"];
    expect(text.split("\n").at(-1)).toMatch(/^0 \|[▁-█]+\| 15$/);
    expect(bundleOf(tensor([1, 2]))["text/plain"]).not.toContain("|");
  });
  test("400 numbers stay below 24 kB", () => {
    manualSeed(1);
    expect(htmlOf(randn([20, 20])).length).toBeLessThan(24_000);
  });
});

describe("a larger tensor is a picture", () => {
  test("as SVG with presentation attributes only, and with the corner values; never beside HTML", () => {
    const bundle = bundleOf(arange(0, 5000).reshape([50, 100]));
    const svg = bundle["image/svg+xml"];
    expect(bundle["text/html"]).toBeUndefined();
    for (const forbidden of ["<style", "style=", "class=", "id=", "url(", "<defs", "<use", "foreignObject"])
      expect(svg.includes(forbidden), forbidden).toBe(false);
    expect(svg).toContain("4999");
    expect(bundle["text/plain"]).toContain("[   0,    1,    2,  ...,   97,   98,   99]");
  });
  test("of at most 60 kB, whatever the shape", () => {
    manualSeed(2);
    for (const shape of [[401], [5000], [64, 64], [500, 3], [3, 500], [3, 224, 224], [1, 100_000], [32, 3, 3, 3]])
      expect(bundleOf(randn(shape))["image/svg+xml"].length, String(shape)).toBeLessThan(60_000);
  });
  test("with at most 256 kB of data", () => {
    for (const shape of [
      [100, 100],
      [3, 224, 224],
      [64, 12, 12],
      [1, 100_000],
      [12, 64, 128],
    ])
      expect(JSON.stringify(dataOf(randn(shape))).length, String(shape)).toBeLessThan(256_000);
  });
});

describe("stored elements", () => {
  test("are exact in both precisions", () => {
    manualSeed(3);
    for (const dtype of ["float32", "float64"] as const) {
      const x = randn([300]).to(dtype).div(7);
      const stored = dataOf(x).slices[0].values?.map(decodeNumber) ?? [];
      expect(stored.map((v) => (dtype === "float32" ? Math.fround(v) : v))).toEqual(x.toArray());
    }
    expect(dataOf(tensor([0.1])).slices[0].values).toEqual([0.1]);
    expect(dataOf(tensor([16_777_217, 2 ** 31 - 1], { dtype: "int32" })).slices[0].values).toEqual([
      16_777_217,
      2 ** 31 - 1,
    ]);
  });
  test("keep the sign of zero, in JSON too", () => {
    const values = JSON.parse(JSON.stringify(dataOf(tensor([-0, 0])).slices[0].values)) as ("-0" | number)[];
    expect(values.map(decodeNumber)).toEqual([-0, 0]);
    expect(values.map((v) => formatElement(v))).toEqual(["-0", "0"]);
  });
});

describe("wrapping", () => {
  test("leaves no strips: heat maps are between 1:1 and 4:1", () => {
    for (const [rows, columns] of [
      [64, 3],
      [1, 1000],
      [500, 3],
      [3, 500],
      [5000, 1],
      [1, 401],
      [307, 10],
      [10, 784],
    ]) {
      const { width, height, panels } = new Arrangement(rows, columns);
      expect(width / height, `${rows} by ${columns}`).toBeGreaterThan(0.9);
      expect(width / height, `${rows} by ${columns}`).toBeLessThan(4);
      expect(panels.note).toMatch(/^wrapped: \d+ /);
    }
    expect(heatPanels(64, 64).note).toBe("");
  });
  test("puts each element at a position of its own, where it is found again", () => {
    for (const [rows, columns] of [
      [64, 3],
      [1, 1003],
      [3, 500],
      [7, 9],
    ]) {
      const plan = new Arrangement(rows, columns);
      const places = new Set<string>();
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) {
          const [x, y] = plan.place(r, c);
          places.add(`${x},${y}`);
          expect(x < plan.width && y < plan.height).toBe(true);
          expect(plan.find(x + 0.5, y + 0.5)).toEqual([r, c]);
        }
      expect(places.size).toBe(rows * columns);
    }
  });
  test("of numbers covers each element once, within the width", () => {
    for (const [rows, columns, fit] of [
      [64, 3, 12],
      [3, 64, 12],
      [20, 20, 14],
      [1, 400, 3],
      [400, 1, 9],
    ]) {
      const { panels } = numberPanels(rows, columns, fit);
      const count = panels.reduce((n, p) => n + (p.rows[1] - p.rows[0]) * (p.columns[1] - p.columns[0]), 0);
      expect(count).toBe(rows * columns);
      for (const p of panels) expect(p.columns[1] - p.columns[0]).toBeLessThanOrEqual(fit);
    }
  });
});

test("numbers have a common format", () => {
  const all = (values: number[], dtype = "float32"): string[] => values.map(numberFormat(values, dtype));
  expect(all([1, 2.5])).toEqual(["1.0", "2.5"]);
  expect(all([0, 0])).toEqual(["0", "0"]);
  expect(all([0.00012, 1])).toEqual(["0.0001", "1.0000"]);
  expect(all([0.00001, 1])).toEqual(["1e-5", "1e0"]);
});
