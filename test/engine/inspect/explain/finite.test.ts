/** Each cause of NaN and infinity: it is named where it holds, and not where it almost does. */
import { explain, full, ones, randn, type Tensor, tensor, where, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

/** A function of a tensor of equal elements, one value that breaks it, and one that does not. */
interface Program {
  readonly cause: string;
  readonly breaks: number;
  readonly passes: number;
  readonly f: (w: Tensor) => Tensor;
}

/** Returns the shares of fourth powers. */
function quarticShares(w: Tensor): Tensor {
  const power = w.square().square();
  return power.div(power.sum()).mul(w);
}

describe.each([
  ["float32", 3],
  ["float64", 20],
] as const)("%s [%i]", (dtype, n) => {
  const ramp = tensor(Array.from({ length: n }, (_, i) => i - 1));
  const programs: readonly Program[] = [
    { cause: "log-of-zero", breaks: 0, passes: 1e-3, f: (w) => w.log() },
    { cause: "log-of-zero", breaks: -1, passes: 1, f: (w) => w.log2().mul(w) },
    { cause: "root-at-zero", breaks: 0, passes: 1e-3, f: (w) => w.sqrt() },
    { cause: "root-at-zero", breaks: 0, passes: 1e-3, f: (w) => w.mul(ramp.abs().add(1)).sqrt() },
    { cause: "zero-divisor", breaks: 0, passes: 0.1, f: (w) => ones([n]).div(w) },
    { cause: "zero-divisor", breaks: 0, passes: 0.1, f: (w) => w.div(w.sum()) },
    { cause: "where-branch", breaks: 0, passes: 4, f: (w) => where(w.gt(0), w.sqrt(), w.mul(2)) },
    { cause: "where-branch", breaks: 0, passes: 4, f: (w) => where(w.gt(0), w.log(), zeros([n])).add(w) },
    { cause: "exp-overflow", breaks: 1000, passes: 3, f: (w) => w.exp() },
    { cause: "exp-overflow", breaks: 1000, passes: 3, f: (w) => w.exp().div(w.exp().sum()).mul(ramp).add(w) },
    { cause: "masked-row", breaks: 1, passes: 1, f: (w) => w.add(full([n], -Infinity)).softmax(0) },
    { cause: "domain-edge", breaks: 1, passes: 0.5, f: (w) => w.acos() },
    { cause: "domain-edge", breaks: 2, passes: 0.5, f: (w) => w.asin() },
    { cause: "lost-difference", breaks: 50, passes: 3, f: (w) => ones([n]).sub(w.sigmoid()).log() },
    { cause: "power-at-zero", breaks: 0, passes: 0.5, f: (w) => w.pow(0.5) },
    { cause: "vanishing-variance", breaks: 0.5, passes: 0.5, f: (w) => w.sub(w.mean()).div(w.std()) },
    { cause: "overflow", breaks: 1e100, passes: 2, f: (w) => quarticShares(w) },
  ];
  test.each(programs.map((p) => [p.cause, p.f.toString(), p] as const))("%s: %s", (cause, _, { breaks, passes, f }) => {
    const w = full([n], breaks, { requiresGrad: true, dtype: cause === "overflow" ? "float64" : dtype });
    const { state, findings } = explain(w, { loss: () => f(w).sum() }).data;
    expect(state).toBe("not finite");
    expect(findings.map((found) => found.cause)).toEqual([cause]);
    const v = full([n], passes, { requiresGrad: true, dtype });
    if (cause === "masked-row" || cause === "vanishing-variance") return;
    const sound = explain(v, { loss: () => f(v).mul(ramp).sum() }).data;
    expect(sound.findings.filter((found) => found.kind === "fault")).toEqual([]);
    expect(sound.state).toBe("sound");
  });

  test("a mask of -∞ that leaves an entry, a double where, an epsilon in a normalization are sound", () => {
    const w = randn([n], { dtype, requiresGrad: true });
    const mask = tensor(Array.from({ length: n }, (_, i) => (i === 0 ? -Infinity : 0)));
    expect(explain(w, { loss: () => w.add(mask).softmax(0).mul(ramp).sum() }).data.state).toBe("sound");
    const z = zeros([n], { dtype, requiresGrad: true });
    expect(explain(z, { loss: () => where(z.gt(0), where(z.gt(0), z, 1).sqrt(), z).sum() }).data.state).toBe("sound");
    expect(explain(w, { loss: () => w.sub(w.mean()).div(w.var().add(1e-5).sqrt()).mul(ramp).sum() }).data.state).toBe(
      "sound",
    );
  });

  test("not-finite-data: NaN in the data is named with the op that reads it first, and the position", () => {
    const w = randn([n, 2], { dtype, requiresGrad: true });
    const rows = randn([4, n]).toArray<number[][]>();
    rows[1][2] = Number.NaN;
    const x = tensor(rows, { dtype });
    const { findings, sentence } = explain(w, { loss: () => x.matmul(w).square().mean() }).data;
    expect(findings.map((f) => f.cause)).toEqual(["not-finite-data"]);
    expect(sentence).toMatch(/the first NaN is made by matmul \(.*\) at \[1, 0\], which reads a constant/);
  });
});
