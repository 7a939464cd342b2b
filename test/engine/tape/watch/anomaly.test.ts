import { autograd, explain, nn, type Tensor, tensor, where } from "tapelab";
import { describe, expect, test } from "vitest";
import { setFiniteKernel } from "../../../../engine/src/tape/watch/finite.ts";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

const caught = (body: () => unknown): autograd.AnomalyError => {
  try {
    autograd.detectAnomaly(body);
  } catch (error) {
    if (error instanceof autograd.AnomalyError) return error;
    throw error;
  }
  throw new Error("nothing was found");
};

describe("anomaly mode", () => {
  test("names the op that created NaN or infinity, with operands, path and line", () => {
    const x = leaf([[0, 1]]);
    const error = caught(() => x.mul(2).log().mul(3).sum());
    expect([error.op, error.direction]).toEqual(["log", "forward"]);
    expect(error.message).toMatch(
      /log: made -Infinity at \[0, 0\] \(1 of 2 elements are not finite\) of finite numbers at .*anomaly\.test\.ts:\d+/,
    );
    expect(error.message).toContain("x: float32 [1, 2] from 0 to 2, mean 1");
    expect(error.message).toContain("path: log ← mul ← leaf");
  });
  test("names the gradient rule that created it, with the line of the forward call", () => {
    const error = caught(() => leaf([0, 4]).sqrt().mul(2).sum().backward());
    expect([error.op, error.direction]).toEqual(["sqrt", "backward"]);
    expect(error.message).toMatch(
      /the gradient rule of sqrt made Infinity at \[0\].*sqrt was called at .*anomaly\.test\.ts:\d+/,
    );
  });
  test("has the cause in the words of explain, forward and backward", () => {
    const words = (f: (x: Tensor) => Tensor, data: Parameters<typeof tensor>[0]): void => {
      const error = caught(() => f(leaf(data)).backward());
      const x = leaf(data);
      const [finding] = explain(x, { loss: () => f(x) }).data.findings;
      expect(error.finding?.cause).toBe(finding.cause);
      const withoutLines = (text: string): string => text.replaceAll(/ ?\([^)]*test\.ts:\d+\)/g, "");
      expect(withoutLines(error.finding?.sentence ?? "")).toBe(withoutLines(finding.sentence));
      expect(error.message).toContain(`\n  why: ${error.finding?.sentence}\n  what to do: ${finding.fix}`);
    };
    words((x) => x.mul(2).log().sum(), [0, 1]);
    words((x) => x.sqrt().mul(2).sum(), [0, 4]);
    words((x) => x.exp().sum(), [1000]);
    words((x) => x.div(x.sub(1)).sum(), [3, 1]);
    words((x) => where(x.gt(0), x.sqrt(), 0).sum(), [0, 4]);
    words((x) => x.sub(1).sigmoid().neg().add(1).log().sum(), [99]);
    expect(caught(() => leaf([1, 2]).div(0)).finding?.cause).toBe("zero-divisor");
  });
  test("an error of an op that is not recorded has its cause", () => {
    const x = tensor([0, 1]);
    const w = leaf([1]);
    const error = caught(() => [w.mul(2), x.log()]);
    expect(error.finding?.sentence).toMatch(/^The first −infinity is made by log .* which takes the logarithm of 0\.$/);
    expect(w.grad).toBeNull();
  });
  test("reports NaN that a mask hides in the result: the double-where mistake", () => {
    const x = leaf([0, 4]);
    const error = caught(() => where(x.gt(0), x.sqrt(), 0).sum().backward());
    expect(error.op).toBe("sqrt");
  });
  test("finds the line through nested modules", () => {
    const inner = new nn.Sequential(new nn.Linear(1, 1), new nn.Sequential(new nn.Linear(1, 1)));
    class Net extends nn.Module {
      body = inner;
      override forward(x: Tensor): Tensor {
        return this.body.forward(x).mul(0).sqrt();
      }
    }
    const error = caught(() =>
      new Net()
        .forward(tensor([[1]]))
        .sum()
        .backward(),
    );
    expect(error.message).toMatch(/sqrt was called at .*anomaly\.test\.ts:\d+/);
    const deep = caught(() =>
      inner
        .forward(tensor([[1]]))
        .mul(0)
        .log(),
    );
    expect(deep.message).toMatch(/anomaly\.test\.ts:\d+/);
  });
  test("accepts infinite operands", () => {
    const x = leaf([1, 2]);
    const mask = tensor([0, -Infinity]);
    expect(autograd.detectAnomaly(() => x.add(mask).softmax(0).toArray())).toEqual([1, 0]);
  });
  test("is off again afterwards, also for an async body and an error", async () => {
    caught(() => tensor([0]).log());
    expect(autograd.isAnomalyEnabled()).toBe(false);
    const running = autograd.detectAnomaly(async () => {
      await new Promise((done) => setTimeout(done, 1));
      return autograd.isAnomalyEnabled();
    });
    expect(await running).toBe(true);
    expect(autograd.isAnomalyEnabled()).toBe(false);
    expect(tensor([0]).log().item()).toBe(-Infinity);
  });
  test.each(["kernel", "loop"])("finds one element among many, at any position: %s", (way) => {
    if (way === "loop") setFiniteKernel(() => null);
    for (const n of [3, 64, 65, 100, 1000])
      for (const at of [0, n - 1, n >> 1])
        for (const dtype of ["float32", "float64"] as const) {
          const values = new Float64Array(n).fill(1);
          values[at] = 0;
          const x = tensor(values, { dtype });
          expect(caught(() => x.reciprocal()).message, `element ${at} of ${n}`).toContain(`Infinity at [${at}]`);
          expect(() => autograd.detectAnomaly(() => x.mul(1e30))).not.toThrow();
        }
  });
});
