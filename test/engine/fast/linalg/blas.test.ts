/** Products by a native BLAS agree with the reference kernels, and so do products with the BLAS switched off. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { inRoot } from "../../../support/paths.ts";

/** Runs the text of a module that uses the engine's sources as `t`, with environment variables; returns the JSON that it prints. */
function run(text: string, env: Readonly<Record<string, string>>): unknown {
  const engine = JSON.stringify(inRoot("engine", "src", "index.ts"));
  const fast = JSON.stringify(inRoot("engine", "src", "dispatch", "fast.ts"));
  const code = `import * as t from ${engine};\nimport { withReferenceKernels } from ${fast};\n${text}`;
  const { TAPELAB_BLAS: _off, ...rest } = process.env;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: inRoot(),
    encoding: "utf8",
    env: { ...rest, ...env },
  });
  return JSON.parse(out);
}

const compare = `
const generator = new t.Generator(4);
const n = (...shape) => t.randn(shape, { generator });
const cases = {
  plain: [() => n(70, 90), () => n(90, 50)],
  "transposed left": [() => n(90, 70).transpose(0, 1), () => n(90, 50)],
  "transposed right": [() => n(70, 90), () => n(50, 90).transpose(0, 1)],
  "both transposed": [() => n(90, 70).transpose(0, 1), () => n(50, 90).transpose(0, 1)],
  "windows of larger ones": [() => n(80, 100).narrow(0, 3, 70).narrow(1, 5, 90), () => n(95, 60).narrow(0, 2, 90).narrow(1, 7, 50)],
  batches: [() => n(3, 1, 30, 40), () => n(2, 40, 30)],
  "one row": [() => n(1, 200), () => n(200, 100)],
  "one column": [() => n(200, 100), () => n(100, 1)],
};
const worst = {};
const difference = (name, f) => {
  const [a, b] = [f(), withReferenceKernels(f)].map((y) => y.toTypedArray());
  worst[name] = Math.max(...a.map((v, i) => Math.abs(v - b[i]) / (1 + Math.abs(b[i]))));
};
for (const [name, [x, y]] of Object.entries(cases)) {
  const [a, b] = [x(), y()];
  difference(name, () => a.matmul(b));
}
const [x, w, row, whole] = [n(60, 80), n(40, 80), n(40), n(60, 40)];
difference("linear with a row", () => t.linear(x, w, row));
difference("linear with a matrix", () => t.linear(x, w, whole));
const [image, window] = [n(4, 6, 12, 12), n(8, 6, 3, 3)];
t.setNumThreads(1);
difference("convolution", () => t.conv2d(image, window, { padding: 1 }));
const parts = [n(4, 50, 32), n(4, 50, 32), n(4, 50, 32)];
difference("attention", () => t.scaledDotProductAttention(...parts, { isCausal: true }));
console.log(JSON.stringify({ blas: t.engineInfo().blas, worst }));
`;

test("products, convolutions and attention by BLAS agree with the reference kernels", () => {
  const { blas, worst } = run(compare, {}) as { blas: string | null; worst: Record<string, number> };
  expect(blas, "scipy-openblas32 in the Python environment of this Node, and koffi").toContain("openblas");
  expect(Object.keys(worst)).toHaveLength(12);
  for (const [name, difference] of Object.entries(worst)) expect(difference, name).toBeLessThan(1e-5);
});

const counted = `
const generator = new t.Generator(6);
const n = (...shape) => t.randn(shape, { generator });
const [image, window] = [n(20, 8, 20, 20), n(16, 8, 3, 3)];
const works = {
  rows: [(a, b) => a.matmul(b), [n(700, 128), n(128, 200)]],
  columns: [(a, b) => a.matmul(b), [n(60, 300), n(300, 900)]],
  linear: [(x, w, b) => t.linear(x, w, b), [n(500, 100), n(260, 100), n(260)]],
  convolution: [(x, w) => t.conv2d(x, w, { padding: 1 }), [image, window]],
  attention: [(q, k, v) => t.scaledDotProductAttention(q, k, v), [n(20, 70, 32), n(20, 70, 32), n(20, 70, 32)]],
};
const differing = [];
for (const [name, [run, inputs]] of Object.entries(works)) {
  const results = new Set();
  for (const threads of [1, 2, 3, 2]) {
    t.setNumThreads(threads);
    for (let i = 0; i < 10; i++) {
      const leaves = inputs.map((x) => x.detach().requiresGrad_());
      const y = run(...leaves);
      y.mul(y).sum().backward();
      results.add([y, ...leaves.map((x) => x.grad)].map((x) => Buffer.from(x.toTypedArray().buffer).toString("base64")).join(" "));
    }
  }
  if (results.size > 1) differing.push(name);
}
console.log(JSON.stringify({ blas: t.engineInfo().blas, differing }));
`;

test("results by BLAS are equal to the bit with 1, 2 and 3 threads", () => {
  const { blas, differing } = run(counted, {}) as { blas: string | null; differing: string[] };
  expect(blas).toContain("openblas");
  expect(differing).toEqual([]);
});

test.each([
  ["off", "off"],
  ["a missing library", "no-such-library"],
])("with TAPELAB_BLAS set to %s the engine uses no BLAS and agrees with the reference kernels", (_what, setting) => {
  const { blas, worst } = run(compare, { TAPELAB_BLAS: setting }) as { blas: null; worst: Record<string, number> };
  expect(blas).toBeNull();
  for (const [name, difference] of Object.entries(worst)) expect(difference, name).toBeLessThan(1e-5);
});
