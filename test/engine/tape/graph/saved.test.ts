import { autograd, full, type NumericArray, noGrad, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { setWatch } from "../../../../engine/src/tape/watch/watch.ts";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

describe("saved tensors", () => {
  test("are read by their names in formulas until backward frees them", () => {
    const [x, z] = [leaf([1, 2]), leaf([3, 4])];
    const y = x.mul(z);
    expect(y.gradFn?.saved.z?.toArray()).toEqual([3, 4]);
    expect(y.gradFn?.metas.map((m) => m.shape)).toEqual([[2], [2]]);
    y.sum().backward();
    expect(() => y.gradFn?.saved).toThrow("were freed by an earlier backward");
  });
  test("that were changed in place throw an error with both ops and both lines", () => {
    let line = 0;
    setWatch({
      nodes: 100,
      site: () => ({ resolve: () => ({ file: "cell[3]", cellId: null, count: 3, line: ++line, column: 1 }) }),
    });
    const a = leaf([1, 2]).mul(1);
    const y = a.mul(a);
    noGrad(() => a.narrow(0, 0, 1).add_(1));
    expect(() => y.sum().backward()).toThrow(
      /that mul in cell \[3\], line \d+ saved was changed in place by add_ in cell \[3\], line \d+ \(version 1, saved at 0\)/,
    );
    setWatch({ nodes: 0 });
  });
  test("can be packed as arrays", () => {
    const x = leaf([1, 2]);
    const hooks = {
      pack: (t: Tensor): NumericArray => t.toTypedArray(),
      unpack: (a: NumericArray): Tensor => tensor(a),
    };
    const y = autograd.savedTensorsHooks(hooks, () => x.exp().mul(x));
    y.sum().backward();
    const e = [Math.E, Math.E ** 2];
    expect(x.grad!.toArray<number[]>()[1]).toBeCloseTo((e[1] ?? 0) * 3, 4);
  });
  test("keep their edges when packed, so that second derivatives are right", () => {
    const x = leaf([1, 2]);
    const hooks = {
      pack: (t: Tensor): NumericArray => t.toTypedArray(),
      unpack: (a: NumericArray): Tensor => tensor(a),
    };
    const y = autograd.savedTensorsHooks(hooks, () => x.mul(x).mul(x));
    const [g] = autograd.grad(y.sum(), [x], { createGraph: true });
    const [h] = autograd.grad(g.sum(), [x]);
    expect(h?.toArray()).toEqual([6, 12]);
  });
  test.each([4, 20])("of a Function keep their edges through hooks and checkpoints (%i elements)", (n) => {
    class Cubic extends autograd.Function {
      static override forward(ctx: autograd.FunctionContext, x: Tensor, z: Tensor): Tensor {
        ctx.saveForBackward(x, z);
        return x.mul(x).mul(z);
      }
      static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor[] {
        const [x, z] = ctx.savedTensors;
        return [g.mul(x).mul(z).mul(2), g.mul(x).mul(x)];
      }
    }
    const [x, z] = [full([n], 3, { requiresGrad: true }), full([n], 5, { requiresGrad: true })];
    const run = (): Tensor => Cubic.apply(x, z);
    const ways: Readonly<Record<string, () => Tensor>> = {
      "as they are": run,
      "the same tensor": () => autograd.savedTensorsHooks({ pack: (t: Tensor) => t, unpack: (t: Tensor) => t }, run),
      "a copy": () => autograd.savedTensorsHooks({ pack: (t: Tensor) => t.clone(), unpack: (t: Tensor) => t }, run),
      "a checkpoint": () => autograd.checkpoint((a: Tensor, b: Tensor) => Cubic.apply(a, b), [x, z]),
    };
    for (const [name, way] of Object.entries(ways)) {
      const [gx, gz] = autograd.grad(way().sum(), [x, z], { createGraph: true });
      const second = autograd.grad(gx.add(gz).sum(), [x, z]);
      // 2 z + 2 x, and 2 x
      expect(
        second.map((t) => t.toTypedArray()[n - 1]),
        name,
      ).toEqual([16, 6]);
    }
  });
  test("a pack hook must not change the tensor, and saving can be forbidden", () => {
    const x = leaf([1, 2]).mul(1);
    const bad = {
      pack: (t: Tensor): Tensor => t.add_(1),
      unpack: (t: Tensor): Tensor => t,
    };
    expect(() => autograd.savedTensorsHooks(bad, () => x.exp())).toThrow("pack must not change in place");
    expect(() => autograd.disableSavedTensorsHooks("not here", () => x.exp())).toThrow("not here");
  });
  test("may be changed inside allowMutationOnSavedTensors, which copies them before", () => {
    const x = leaf([1, 2]);
    let y = tensor(0);
    autograd.allowMutationOnSavedTensors(() => {
      const a = x.mul(1);
      const loss = a.mul(a).sum();
      a.mul_(10);
      loss.backward();
      y = a.mul(a).sum();
    });
    expect(x.grad?.toArray()).toEqual([2, 4]);
    expect(() => y.backward()).toThrow("backward must run inside of it too");
  });
});
