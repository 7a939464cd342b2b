/** Interventions: what they change, where, and what a run is like afterwards. */
import { autograd, inspect, manualSeed, nn, noGrad, ones, randn, type Tensor, tape, tensor } from "tapelab";
import { beforeEach, describe, expect, test } from "vitest";

class Block extends nn.Module {
  first = new nn.Linear(4, 4);
  second = new nn.Linear(4, 4);
  override forward(x: Tensor): Tensor {
    return this.second.forward(this.first.forward(x).relu()).relu();
  }
}
class Net extends nn.Module {
  a = new Block();
  b = new Block();
  override forward(x: Tensor): Tensor {
    return this.b.forward(this.a.forward(x));
  }
}

let net: Net;
let x: Tensor;
beforeEach(() => {
  manualSeed(1);
  net = new Net();
  x = randn([8, 4]);
});

describe("intervene", () => {
  test("changes outputs of ops by name, scope, module and number of the call", () => {
    const seen = (at: inspect.Selector): string[] => {
      const addresses: string[] = [];
      const spy = {
        at,
        name: "spy",
        change: ({ address, output }: inspect.PointOfRun) => (addresses.push(address), output),
      };
      inspect.intervene([spy], () => net.forward(x));
      return addresses;
    };
    expect(seen({ op: "relu" })).toEqual(["Net/a:relu:0.0", "Net/a:relu:1.0", "Net/b:relu:0.0", "Net/b:relu:1.0"]);
    expect(seen({ op: /^rel/, scope: "b" })).toEqual(["Net/b:relu:0.0", "Net/b:relu:1.0"]);
    expect(seen({ op: "relu", module: net.b, call: 1 })).toEqual(["Net/b:relu:1.0"]);
    expect(seen({ op: "relu", module: "a" })).toHaveLength(2);
    expect(seen({ module: "a" })).toEqual(["Net/a:output:0.0"]);
    expect(seen({ module: net.b.second })).toEqual(["Net/b/second:output:0.0"]);
    expect(seen({ module: /second$/ })).toEqual(["Net/a/second:output:0.0", "Net/b/second:output:0.0"]);
    expect(seen({ module: "a/second", call: 0 })).toHaveLength(1);
  });
  test("works without recording, on tensors of both sizes", () => {
    for (const size of [2, 100]) {
      const off = noGrad(() => inspect.intervene([inspect.zero({ op: "exp" })], () => ones([size]).exp().add(1)));
      expect(off.toArray()).toEqual(new Array(size).fill(1));
    }
  });
  test("zero stops values and gradients, also of infinity", () => {
    const w = tensor([1, Infinity], { requiresGrad: true });
    const y = inspect.intervene([inspect.zero({ op: "mul" })], () => w.mul(2).add(1));
    expect(y.toArray()).toEqual([1, 1]);
    y.sum().backward();
    expect(w.grad?.toArray()).toEqual([0, 0]);
  });
  test("scale scales gradients, noise passes them, replace takes numbers, tensors and functions", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const run = (change: inspect.Intervention): [Tensor, Tensor | undefined] => {
      const y = inspect.intervene([change], () => w.mul(3));
      return [y, y.requiresGrad ? autograd.grad(y.sum(), [w], { materializeGrads: true })[0] : undefined];
    };
    const at = { op: "mul" };
    expect(run(inspect.scale(at, 10)).map((t) => t?.toArray())).toEqual([
      [30, 60],
      [30, 30],
    ]);
    const [noisy, g] = run(inspect.noise(at, 0.5));
    expect(g?.toArray()).toEqual([3, 3]);
    expect(noisy.toArray()).not.toEqual([3, 6]);
    expect(run(inspect.replace(at, 7)).map((t) => t?.toArray())).toEqual([
      [7, 7],
      [0, 0],
    ]);
    expect(run(inspect.replace(at, tensor([8, 9])))[0].toArray()).toEqual([8, 9]);
    expect(run(inspect.replace(at, (y) => y.square())).map((t) => t?.toArray())).toEqual([
      [9, 36],
      [18, 36],
    ]);
  });
  test("applies several changes of one output in their order", () => {
    const at = { op: "add" };
    const y = inspect.intervene([inspect.scale(at, 2), inspect.replace(at, (t) => t.sub(1))], () => ones([1]).add(1));
    expect(y.item()).toBe(3);
  });
  test("shows the changed run on the tape", () => {
    const off = inspect.intervene([inspect.zero({ module: net.a })], () => net.forward(x));
    expect(String(tape(off))).toContain("where zero");
  });
  test("changes the tensors in lists that a module returns", () => {
    const lstm = new nn.LSTM(4, 3);
    const [out, [h]] = inspect.intervene([inspect.zero({ module: lstm })], () => lstm.forward(randn([5, 2, 4])));
    expect(out.abs().sum().item()).toBe(0);
    expect(h.abs().sum().item()).toBe(0);
  });
  test("leaves the model as it was, also after an error and after an async body", async () => {
    const before = net.forward(x);
    const at = { module: net.a };
    expect(() =>
      inspect.intervene([inspect.zero(at)], () => {
        net.forward(x);
        throw new Error("stopped");
      }),
    ).toThrow("stopped");
    const later = await inspect.intervene([inspect.zero(at)], async () => {
      await Promise.resolve();
      return net.forward(x);
    });
    expect(later.equal(before)).toBe(false);
    expect(net.forward(x).equal(before)).toBe(true);
  });
  test("says what ran when a selector meant nothing", () => {
    expect(() => inspect.intervene([inspect.zero({ op: "relux" })], () => ones([1]).exp().add(1))).toThrow(
      'intervene: zero found no output of op "relux"; the ops that ran are exp, add',
    );
    expect(() => inspect.intervene([inspect.zero({ module: "c", call: 2 })], () => 1)).toThrow(
      'module "c", call 2; no op ran',
    );
  });
  test("does not reach ops that the program defines, but the modules around them", () => {
    const twice = autograd.customGradient((t: Tensor) => [t.mul(2), (g: Tensor) => g.mul(2)]);
    class Twice extends nn.Module {
      override forward(t: Tensor): Tensor {
        return twice(t);
      }
    }
    const module = new Twice();
    const y = inspect.intervene([inspect.zero({ module })], () => module.forward(ones([2], { requiresGrad: true })));
    expect(y.toArray()).toEqual([0, 0]);
  });
  test("refuses replacements of other shapes", () => {
    expect(() => inspect.intervene([inspect.replace({ op: "exp" }, ones([3]))], () => ones([2]).exp())).toThrow(
      "what replace puts in the place of an output must have its shape, but got [2] and [3]",
    );
  });
});

describe("capture and patch", () => {
  test("put the values of one run into another", () => {
    const other = randn([8, 4]);
    const clean = inspect.capture(() => net.forward(x));
    expect(clean.addresses).toEqual([
      "Net/a/first:output:0.0",
      "Net/a/second:output:0.0",
      "Net/a:output:0.0",
      "Net/b/first:output:0.0",
      "Net/b/second:output:0.0",
      "Net/b:output:0.0",
      "Net:output:0.0",
    ]);
    const patched = inspect.intervene([inspect.patch({ module: net.a }, clean)], () => net.forward(other));
    expect(patched.equal(clean.value)).toBe(true);
    expect(net.forward(other).equal(clean.value)).toBe(false);
  });
  test("capture copies, off the tape", () => {
    const run = inspect.capture(() => ones([2], { requiresGrad: true }).mul(3).add_(1), { op: "mul" });
    const [address] = run.addresses;
    const kept = run.output(address);
    expect(kept?.toArray()).toEqual([3, 3]);
    expect(kept?.requiresGrad).toBe(false);
    expect(run.output("nowhere")).toBeNull();
  });
  test("an async body gives a promise", async () => {
    const run = await inspect.capture(async () => net.forward(x), { module: net.b });
    expect(run.value.shape).toEqual([8, 4]);
    expect(run.addresses).toEqual(["Net/b:output:0.0"]);
  });
  test("patch says which output was not captured", () => {
    const run = inspect.capture(() => net.forward(x), { module: net.b });
    expect(() => inspect.intervene([inspect.patch({ module: net.a }, run)], () => net.forward(x))).toThrow(
      "patch found no output at Net/a:output:0.0 in the other run",
    );
  });
});
