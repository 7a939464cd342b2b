/** Displays of confusion matrices. */
import { metrics, type Tensor, tensor } from "tapelab";
import { type ConfusionData, confusionFacts, confusionOutput } from "tapelab/view";
import { expect, test } from "vitest";

const classes = (list: readonly number[]): Tensor => tensor([...list], { dtype: "int32" });
const bundleOf = (t: Tensor): Readonly<Record<string, string>> =>
  (t as unknown as Record<symbol, () => Readonly<Record<string, string>>>)[Symbol.for("Jupyter.display")].call(t);
const cells = (html: string): string[] => [...html.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map((m) => m[1]);
const data: ConfusionData = { schema: 1, names: ["a", "b"], counts: [8, 2, 0, 10], normalize: null, title: null };

test("the result of metrics.confusionMatrix is displayed with counts, names and marked mistakes", () => {
  const matrix = metrics.confusionMatrix(classes([0, 1, 1, 1]), classes([0, 1, 0, 1]), ["cat", "dog"]);
  expect(matrix.toArray()).toEqual([
    [1, 1],
    [0, 2],
  ]);
  const html = bundleOf(matrix)["text/html"];
  expect(html).toContain("3 of 4 right · 75.0 % · most confused: cat taken for dog (1)");
  for (const text of [">predicted</th>", ">true</th>", ">cat</th>", ">dog</th>"]) expect(html).toContain(text);
  expect(cells(html).filter((t) => t !== "")).toEqual(["1", "1", "0.50", "·", "2", "1.00"]);
  expect([...html.matchAll(/style="background:#(\w{6})/g)].map((m) => m[1])).toEqual(["289650", "d72832", "289650"]);
  expect(bundleOf(matrix)["text/plain"]).toContain("true \\ predicted  cat  dog  recall");
  expect(bundleOf(matrix)[confusionOutput.mime]).toMatchObject({ names: ["cat", "dog"], counts: [1, 1, 0, 2] });
});

test("a confusion matrix is an ordinary tensor: results of ops on it are displayed as numbers, and its changes are displayed", () => {
  const matrix = metrics.confusionMatrix(classes([0, 1]), classes([0, 1]));
  expect(bundleOf(matrix.mul(2))["text/plain"]).toMatch(/^\[2, 2\] int64/);
  matrix.add_(1);
  expect(bundleOf(matrix)[confusionOutput.mime]).toMatchObject({ counts: [2, 1, 1, 2] });
});

test("counts are normalized by the true class, by the predicted class, or by all examples", () => {
  const shares = (normalize: ConfusionData["normalize"]): string[] =>
    cells(confusionOutput.bundle({ ...data, normalize })["text/html"] as string).filter((t) => t !== "");
  expect(shares("true")).toEqual(["0.80", "0.20", "0.80", "·", "1.00", "1.00"]);
  expect(shares("predicted")).toEqual(["1.00", "0.17", "0.80", "·", "0.83", "1.00"]);
  expect(shares("all")).toEqual(["0.40", "0.10", "0.80", "·", "0.50", "1.00"]);
});

test("a share is only 1.00 or 100 % where all are right, and a class without examples has none", () => {
  const facts = confusionFacts({ ...data, counts: [100_000, 1, 0, 1] });
  expect(facts).toContain("> 99.9 %");
  const html = confusionOutput.bundle({ ...data, counts: [0, 0, 0, 3] })["text/html"] as string;
  expect(cells(html).filter((t) => t !== "")).toEqual(["·", "·", "–", "·", "3", "1.00"]);
});

test("a hundred classes are a table with a row for each, and the worst mistakes", () => {
  const n = 100;
  const counts = Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 9 : i === 5 ? 4 : 0));
  const names = Array.from({ length: n }, (_, i) => `class ${i}`);
  const bundle = confusionOutput.bundle({ ...data, names, counts });
  expect(bundle["text/html"]).toContain("<li>class 0 taken for class 5 (4)</li>");
  expect((bundle["text/html"] as string).match(/<tr>/g)?.length).toBe(n + 1);
  expect((bundle["text/html"] as string).length).toBeLessThan(20_000);
  expect((bundle["text/plain"] as string).split("\n").every((line) => line.length <= 100)).toBe(true);
});

test("long names are cut and escaped", () => {
  const bundle = confusionOutput.bundle({ ...data, names: ["<b>", "n".repeat(300)] });
  expect(bundle["text/html"]).toContain("&lt;b&gt;");
  expect((bundle["text/html"] as string).includes("n".repeat(100))).toBe(false);
});
