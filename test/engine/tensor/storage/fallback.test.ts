/** Without garbage collection in the middle of a program, as on Node 20, the arena stays small, and no tensor in use is freed. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { inRoot } from "../../../support/paths.ts";

const script = `
process.getBuiltinModule = undefined;
const { engineInfo, noGrad, optim, randn, Generator } = await import(${JSON.stringify(inRoot("engine", "dist", "index.js"))});
const x = randn([1 << 16], { generator: new Generator(1), requiresGrad: true });
const start = x.toTypedArray();
const p = randn([1000], { generator: new Generator(2), requiresGrad: true });
const origin = p.toTypedArray();
const kept = [];
noGrad(() => {
  for (let i = 0; i < 4000; i++) {
    const y = i % 2 === 0 ? x.mul(i) : x.add(x);
    if (i % 250 === 125 || i % 500 === 0) kept.push([i % 2 === 0 ? i : 2, y]);
  }
});
for (let i = 0; i < 300; i++) {
  x.mul(x).sum().backward();
  x.grad.mul(1);
  x.grad = null;
}
x.mul(3).sum().backward();
const right = kept.every(([i, y]) => y.toTypedArray().every((v, k) => v === Math.fround(start[k] * i)));
const gradient = x.grad.toTypedArray().every((v) => v === 3);
// the moments have no room in the arena, where p is
const adam = new optim.Adam([p], { lr: 0.5 });
for (let i = 0; i < 3; i++) {
  adam.zeroGrad();
  p.sum().backward();
  adam.step();
}
const moved = p.toTypedArray().every((v, i) => Math.abs(origin[i] - v - 1.5) < 1e-5);
const { collector, memory } = engineInfo();
const resident = process.memoryUsage.rss() / 2 ** 20;
await new Promise((done) => setTimeout(done, 50));
console.log(JSON.stringify({ collector, reached: memory.reached / 2 ** 20, resident, right, gradient, moved }));
`;

test("a synchronous loop that allocates a gigabyte stays in its memory", () => {
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env: { ...process.env, TAPELAB_BLAS: "off" },
  });
  const { collector, reached, resident, right, gradient, moved } = JSON.parse(out) as Record<string, number | boolean>;
  expect(collector).toBe(false);
  expect(right, "kept results changed").toBe(true);
  expect(gradient, "the gradient changed").toBe(true);
  expect(moved, "Adam lost its moments").toBe(true);
  expect(reached, "MB of the arena").toBeLessThan(320);
  expect(resident, "MB in memory").toBeLessThan(700);
});
