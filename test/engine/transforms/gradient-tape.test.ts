/** TensorFlow's documented results (guides "Introduction to gradients", "Advanced autodiff", API pages), as values. */
import { autograd, noGrad, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const { GradientTape, ForwardAccumulator } = autograd;
const variable = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

describe("GradientTape", () => {
  test("watches leaves automatically, and constants by watch", () => {
    const x = variable(3);
    const tape = new GradientTape();
    const y = tape.record(() => x.pow(2));
    expect(tape.gradient(y, x)?.item()).toBe(6);
    const c = tensor(3);
    const watching = new GradientTape();
    const z = watching.record((t) => {
      t.watch(c);
      return c.pow(2);
    });
    expect(watching.gradient(z, c)?.item()).toBe(6);
    expect(c.requiresGrad, "the constant is as it was").toBe(false);
    const blind = new GradientTape();
    expect(
      blind.gradient(
        blind.record(() => tensor(1).mul(2)),
        tensor(1),
      ),
    ).toBeNull();
  });
  test("returns gradients in the form of the sources, of the sum of the targets", () => {
    const w = variable([
      [1, 2],
      [3, 4],
    ]);
    const b = variable([0, 0]);
    const tape = new GradientTape({ persistent: true });
    const y = tape.record(() =>
      tensor([[1, 2]])
        .matmul(w)
        .add(b),
    );
    const { w: dw, b: db } = tape.gradient(y, { w, b });
    expect([dw?.toArray(), db?.toArray()]).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [1, 1],
    ]);
    const x = variable(2);
    const two = new GradientTape();
    const [y0, y1] = two.record(() => [x.pow(2), x.reciprocal()]);
    expect(two.gradient([y0, y1], x)?.item()).toBe(3.75);
  });
  test("returns gradients once, unless it is persistent", () => {
    const x = variable([1, 3]);
    const tape = new GradientTape();
    const z = tape.record(() => x.mul(x));
    tape.gradient(z, x);
    expect(() => tape.gradient(z, x)).toThrow("a tape that is not persistent gives one set of gradients");
    const persistent = new GradientTape({ persistent: true });
    const [y, q] = persistent.record(() => {
      const a = x.mul(x);
      return [a, a.mul(a)];
    });
    expect(persistent.gradient(q, x)?.toArray()).toEqual([4, 108]);
    expect(persistent.gradient(y, x)?.toArray()).toEqual([2, 6]);
  });
  test("unconnected gradients are null, or zeros", () => {
    const [x, y] = [variable([2, 2]), variable(3)];
    const tape = new GradientTape({ persistent: true });
    const z = tape.record(() => y.mul(y));
    expect(tape.gradient(z, x)).toBeNull();
    expect(tape.gradient(z, x, { unconnectedGradients: "zero" })?.toArray()).toEqual([0, 0]);
  });
  test("ignores operations before record, inside stopRecording, and before reset", () => {
    const [x, y] = [variable(2), variable(3)];
    const before = x.mul(x);
    const tape = new GradientTape({ persistent: true });
    const z = tape.record((t) => {
      const square = x.mul(x);
      const hidden = t.stopRecording(() => y.mul(y));
      return square.add(hidden).add(before);
    });
    expect(tape.gradient(z, { x, y })).toMatchObject({ y: null });
    expect(tape.gradient(z, x)?.item()).toBe(4);
    const forgetful = new GradientTape();
    const kept = forgetful.record((t) => {
      const first = x.mul(x);
      t.reset();
      return first.add(y.mul(y));
    });
    const { x: dx, y: dy } = forgetful.gradient(kept, { x, y });
    expect([dx, dy?.item()]).toEqual([null, 6]);
    expect(() => new GradientTape().gradient(z, x)).toThrow("nothing was recorded");
    expect(() => new GradientTape().stopRecording(() => 1)).toThrow("only inside of record");
  });
  test("does not change grad, and does not release the graph", () => {
    const x = variable(3);
    const tape = new GradientTape();
    const y = tape.record(() => x.mul(x));
    tape.gradient(y, x);
    expect(x.grad).toBeNull();
    y.backward();
    expect(x.grad?.item()).toBe(6);
  });
  test("nests: second derivatives, and gradients of gradient norms", () => {
    const x = variable(1);
    const outer = new GradientTape();
    const slope = outer.record(() => {
      const inner = new GradientTape();
      const y = inner.record(() => x.mul(x).mul(x));
      return inner.gradient(y, x);
    });
    expect(slope?.item()).toBe(3);
    expect(outer.gradient(slope as Tensor, x)?.item()).toBe(6);
    const c = tensor([1, 2]);
    const norm = new GradientTape();
    const size = norm.record(() => {
      norm.watch(c);
      const inner = new GradientTape();
      const y = inner.record(() => {
        inner.watch(c);
        return c.pow(3).sum();
      });
      return (inner.gradient(y, c) as Tensor).square().sum();
    });
    expect(norm.gradient(size, c)?.toArray()).toEqual([36, 288]);
  });
  test("computes Jacobians, and Jacobians of each member of a batch", () => {
    const x = variable([1, 2]);
    const tape = new GradientTape();
    const y = tape.record(() => x.square());
    expect(tape.jacobian(y, x)?.toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    const g = variable([
      [1, 2],
      [3, 4],
    ]);
    const batch = new GradientTape({ persistent: true });
    const z = batch.record(() => g.mul(g));
    expect(batch.batchJacobian(z, g)?.toArray()).toEqual([
      [
        [2, 0],
        [0, 4],
      ],
      [
        [6, 0],
        [0, 8],
      ],
    ]);
    expect(() => batch.batchJacobian(z.sum(), g)).toThrow("one first dimension");
  });
  test("watches only tensors passed to watch, without watchAccessedVariables", () => {
    const [a, b] = [variable(2), variable(3)];
    const tape = new GradientTape({ watchAccessedVariables: false });
    const y = tape.record((t) => {
      t.watch(a);
      return a.mul(b);
    });
    expect(tape.watchedVariables(y).map((v) => v === a)).toEqual([true]);
    const { a: da, b: db } = tape.gradient(y, { a, b });
    expect([da?.item(), db]).toEqual([3, null]);
  });
  test("changing a variable after the forward pass is an error, not a wrong gradient", () => {
    const x = variable(3);
    const tape = new GradientTape();
    const y = tape.record(() => x.mul(x));
    noGrad(() => x.add_(1));
    expect(() => tape.gradient(y, x)).toThrow("changed in place");
  });
  test("records an async body until it ends", async () => {
    const x = variable(3);
    const tape = new GradientTape();
    const y = await tape.record(async () => {
      await Promise.resolve();
      return x.mul(x);
    });
    expect(tape.gradient(y, x)?.item()).toBe(6);
  });
});

describe("ForwardAccumulator", () => {
  test("propagates tangents, and returns null or zeros for an unconnected target", () => {
    const x = tensor([
      [2, 3],
      [1, 4],
    ]);
    const dense = tensor([[2], [3]]);
    const acc = new ForwardAccumulator(dense, tensor([[1], [0]]));
    const loss = acc.record(() => x.matmul(dense).sum());
    expect(acc.jvp(loss)?.item()).toBe(3);
    expect(acc.jvp(tensor(1))).toBeNull();
    expect(acc.jvp(tensor(1), { unconnectedGradients: "zero" })?.item()).toBe(0);
    expect(dense.requiresGrad).toBe(false);
  });
  test("forward over backward gives Hessian-vector products", () => {
    const v = variable([1, 1]);
    const acc = new ForwardAccumulator(v, tensor([0, 1]));
    const backward = acc.record(() => {
      const tape = new GradientTape();
      const y = tape.record(() => v.pow(3).sum());
      return tape.gradient(y, v);
    });
    expect(acc.jvp(backward as Tensor)?.toArray()).toEqual([0, 6]);
  });
});
