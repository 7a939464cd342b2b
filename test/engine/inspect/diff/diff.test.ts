/** Comparison of tapes. */
import { F, inspect, manualSeed, nn, noGrad, optim, randn, type Tensor, tensor } from "tapelab";
import { type DiffData, diffOutput } from "tapelab/view";
import { beforeEach, describe, expect, test } from "vitest";

class Net extends nn.Module {
  fc1 = new nn.Linear(6, 8);
  fc2: nn.Linear | null;
  out = new nn.Linear(8, 3);
  readonly act: (x: Tensor) => Tensor;
  constructor(act: (x: Tensor) => Tensor, deep = false) {
    super();
    this.act = act;
    this.fc2 = deep ? new nn.Linear(8, 8) : null;
  }
  override forward(x: Tensor): Tensor {
    let h = this.act(this.fc1.forward(x));
    if (this.fc2 !== null) h = this.act(this.fc2.forward(h));
    return this.out.forward(h);
  }
}

const relu = (x: Tensor): Tensor => x.relu();
const sigmoid = (x: Tensor): Tensor => x.sigmoid();

manualSeed(1);
const x = randn([4, 6]);
const y = tensor([0, 1, 2, 0], { dtype: "int64" });
const lossOf = (model: (x: Tensor) => Tensor): Tensor => {
  const loss = F.crossEntropy(model(x), y);
  loss.backward();
  return loss;
};
const training =
  (act: (x: Tensor) => Tensor, deep = false) =>
  () => {
    const net = new Net(act, deep);
    return lossOf((input) => net.forward(input));
  };

const rowsOf = ({ rows }: DiffData, mark: string): string[] => rows.name.filter((_, i) => rows.mark[i] === mark);

beforeEach(() => void manualSeed(2));

describe("diff of two tapes", () => {
  test("of the same program finds nothing, as functions begin with the same random numbers", () => {
    const { data } = inspect.diff(training(relu), training(relu));
    expect(new Set(data.rows.mark)).toEqual(new Set(["same"]));
    expect(data.sentences).toEqual(["No difference was found."]);
    expect(data.totals).toMatchObject({ structure: 0, values: 0, gradients: 0, unknown: 0 });
    expect(data.first).toEqual({ structure: -1, value: -1, gradient: -1 });
  });

  test("names an op that was replaced, and where values and gradients diverge first", () => {
    const { data } = inspect.diff(training(sigmoid), training(relu));
    expect(rowsOf(data, "removed")).toEqual(["sigmoid"]);
    expect(rowsOf(data, "added")).toEqual(["relu"]);
    expect(data.rows.name[data.first.structure]).toBe("sigmoid");
    expect(data.rows.name[data.first.value]).toBe("linear");
    expect(data.sides[1].scope[data.first.value]).toBe("Net/out");
    expect(data.sides[1].scope[data.first.gradient], "the nearest to the loss").toBe("Net/out");
    expect(data.sentences[0]).toMatch(
      /^The structure differs first at sigmoid Net, which became relu Net at .*diff\.test\.ts:\d+\.$/,
    );
    expect(data.sentences[1]).toMatch(/^Values differ first at linear out .*, after the change of structure\.$/);
    expect(data.sentences[2]).toMatch(/^Gradients, on their way back from the result, differ first at linear out /);
    const first = data.rows.name.indexOf("linear");
    expect(data.sides[1].value.state[first], "the ops before the change are equal").toBe("equal");
    expect(data.sides[1].gradient.state[first]).toBe("different");
  });

  test("a layer that was added is one change, and the layers behind it keep their partners", () => {
    const { data } = inspect.diff(training(relu), training(relu, true));
    expect(rowsOf(data, "added").toSorted()).toEqual(["fc2.bias", "fc2.weight", "linear", "relu"]);
    expect(rowsOf(data, "removed")).toEqual([]);
    expect(data.sides[0].scope).toContain("Net/out");
    const out = data.sides[1].scope.indexOf("Net/out");
    expect(data.sides[0].label[out]).toBe(data.sides[1].label[out]);
    // it reads the added layer, which follows from the addition
    expect(data.rows.changes[out]).toEqual([]);
  });

  test("shapes, parameters and inputs that changed are named", () => {
    const w = tensor(
      [
        [1, -2],
        [3, 4],
      ],
      { requiresGrad: true },
    );
    const shape = inspect.diff(
      () => w.narrow(0, 0, 1).relu().sum(),
      () => w.narrow(0, 0, 2).relu().sum(),
    ).data;
    expect(shape.rows.changes.flat()).toContain("shape [1, 2] → [2, 2]");
    const parameter = inspect.diff(
      () => F.leakyRelu(w, { negativeSlope: 0.1 }).sum(),
      () => F.leakyRelu(w, { negativeSlope: 0.2 }).sum(),
    ).data;
    expect(parameter.rows.changes[0]).toEqual(["slope 0.1 → 0.2"]);
    expect(parameter.sentences[0]).toMatch(/differs first at leakyRelu at .*: slope 0\.1 → 0\.2\.$/);
    const wiring = inspect.diff(
      () => {
        const [a, b] = [w.exp(), w.relu()];
        return b.sub(a).sum();
      },
      () => {
        const [a, b] = [w.exp(), w.relu()];
        return a.sub(b).sum();
      },
    ).data;
    expect(wiring.rows.changes.flat()).toEqual(["input 1 relu → exp", "input 2 exp → relu"]);
  });

  test("an op that computes something else from equal inputs is named as such", () => {
    const w = tensor([1, 2, 3], { requiresGrad: true });
    let isSecond = false;
    const wrong = inspect.onRecord((event) => (isSecond ? event.outputs[0].mul(2) : undefined), { op: "exp" });
    const { data } = inspect.diff(
      () => w.exp().sum(),
      () => {
        isSecond = true;
        return w.exp().sum();
      },
    );
    wrong.remove();
    expect(data.totals.structure).toBe(1);
    expect(data.rows.name[data.first.structure]).toBe("mul");
  });

  test("data that differ are the reason, and are named", () => {
    const w = tensor([1, 2, 3], { requiresGrad: true });
    const [a, b] = [tensor([1, 1, 1]), tensor([1, 1, 2])];
    a.label = "batch";
    b.label = "batch";
    const { data } = inspect.diff(
      () => w.mul(a).sum(),
      () => w.mul(b).sum(),
    );
    expect(data.sentences[0]).toMatch(/^Values differ first at mul .*: its input batch differs already\.$/);
    expect(data.sides[1].value.difference[0]).toMatchObject({ largest: 3, at: [2], values: [3, 6] });
  });

  test("a gradient that only one of them has is a difference", () => {
    const w = tensor([1, 2, 3], { requiresGrad: true });
    const b = tensor([1, 2, 3], { requiresGrad: true });
    b.label = "b";
    const run = (term: Tensor) => () => {
      b.grad = null;
      const loss = w.mul(term).sum();
      loss.backward();
      return inspect.snapshot(loss);
    };
    const [full, cut] = [run(b)(), run(b.detach())()];
    const { data } = inspect.diff(full, cut);
    expect(data.totals.structure + data.totals.gradients).toBeGreaterThan(0);
  });

  test("leaves of different names are paired by the ops that read them", () => {
    const make = (name: string) => () => {
      const v = tensor([1, 2], { requiresGrad: true });
      v.label = name;
      return v.exp().sum();
    };
    const { data } = inspect.diff(make("weight"), make("kernel"));
    expect(data.totals.structure).toBe(0);
    expect(data.sides.map((side) => side.label.at(-1))).toEqual(["weight", "kernel"]);
  });

  test("float32 against float64 is compared within the tolerance of float32, and the dtype alone is no difference", () => {
    const values = [
      [0.1, -0.2],
      [0.3, 0.4],
    ];
    const run = (dtype: "float32" | "float64", tiny: number) => () => {
      const w = tensor(values, { dtype, requiresGrad: true });
      w.label = "w";
      const loss = w.mul(w).add(1).sub(1).div(tiny).sum();
      loss.backward();
      return loss;
    };
    const fine = inspect.diff(run("float32", 1), run("float64", 1)).data;
    expect(fine.totals).toMatchObject({ structure: 0, values: 0, gradients: 0 });
    expect(fine.sides.map((side) => side.dtype[0])).toEqual(["float32", "float64"]);
    const tiny = tensor([1e-9], { requiresGrad: true });
    const lost = inspect.diff(
      () => tiny.add(1).sub(1).sum(),
      () => tiny.to("float64").add(1).sub(1).sum(),
    ).data;
    expect(lost.rows.name[lost.first.value]).not.toBe("add");
  });

  test("inFloat64 computes a tape again in double precision, with gradients", () => {
    inspect.setWatch({ nodes: 1000 });
    const net = new Net(relu);
    const loss = lossOf((input) => net.forward(input));
    const again = inspect.inFloat64(loss);
    expect(again.dtype).toBe("float64");
    expect(again.item<number>()).toBeCloseTo(loss.item<number>(), 5);
    const { data } = inspect.diff(loss, again);
    expect(data.totals).toMatchObject({ structure: 0, values: 0, gradients: 0 });
    expect(data.sides[1].dtype[0]).toBe("float64");
    expect(data.sides[1].scope[0]).toBe("Net/fc1");
    expect(data.sides[1].gradientState.filter((state) => state === "computed").length).toBeGreaterThan(9);

    const tiny = tensor([1e-9], { requiresGrad: true });
    const lost = tiny.to("float32").add(1).sub(1).log().sum();
    const found = inspect.diff(lost, inspect.inFloat64(lost)).data;
    expect(found.rows.name[found.first.value], "where nothing but rounding was left").toBe("log");

    noGrad(() => void net.fc1.weight.mul_(2));
    expect(() => inspect.inFloat64(loss)).toThrow(
      /^inFloat64: fc1\.weight has been changed in place since linear read it/,
    );
    inspect.setWatch({ nodes: 0 });
    const w = tensor([1], { requiresGrad: true });
    expect(() => inspect.inFloat64(w.mul(2))).toThrow("inFloat64: an input of mul is not known; watch the ops");
  });

  test("what is not watched is compared as far as it is known, and counted", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const [a, b] = [w.exp().mul(2).sum(), w.exp().mul(3).sum()];
    const { data } = inspect.diff(a, b);
    expect(data.totals.unknown).toBeGreaterThan(0);
    expect(data.sentences.at(-1)).toMatch(/were not kept, so they are not compared\.$/);
    expect(data.sides[1].value.state[data.rows.name.indexOf("sum")]).toBe("different");
  });

  test("a value that was overwritten in place is not taken for the earlier one", () => {
    const w = tensor([1, -2], { requiresGrad: true });
    const { data } = inspect.diff(
      () => w.mul(2).relu_().sum(),
      () => w.mul(2).relu().sum(),
    );
    expect(data.sides[1].value.state[data.rows.name.indexOf("mul")]).not.toBe("different");
    expect(data.totals.values).toBe(0);
  });

  test("takes the result of one run as a node", () => {
    const w = tensor([1, -2], { requiresGrad: true });
    const [a, b] = [w.relu().sum(), w.relu().sum()];
    expect(inspect.diff(a.gradFn!, b).data.totals.structure).toBe(0);
  });

  test("an error of a function of the program names what failed there", () => {
    expect(() =>
      inspect.diff(
        () => F.leakyRelu(x, 0.1 as never),
        () => x,
      ),
    ).toThrow(/^leakyRelu: options must be an object/);
  });

  test("what is no tape is refused", () => {
    const w = tensor([1, -2], { requiresGrad: true });
    expect(() => inspect.diff(tensor([1]), w.sum())).toThrow(
      "diff: the tensor was not computed from tensors that require a gradient",
    );
    expect(() => inspect.diff(w.sum())).toThrow("diff: no earlier run of the cell is kept");
    expect(() => inspect.diff({ a: w.sum() })).toThrow("diff: expected 2 to 8 tapes, but got 1");
    expect(() => inspect.diff((() => 3) as never, w.sum())).toThrow("diff: expected a function that returns a tensor");
    expect(() => inspect.diff(3 as never, w.sum())).toThrow("diff:");
  });
});

describe("steps of a training", () => {
  const steps = (count: number): { losses: Tensor[]; snapshots: inspect.Snapshot[] } => {
    const net = new Net(relu);
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.5 });
    const losses: Tensor[] = [];
    const snapshots: inspect.Snapshot[] = [];
    inspect.setWatch({ nodes: 1000 });
    for (let k = 0; k < count; k++) {
      optimizer.zeroGrad();
      const loss = lossOf((input) => net.forward(input));
      snapshots.push(inspect.snapshot(loss));
      optimizer.step();
      losses.push(loss);
    }
    inspect.setWatch({ nodes: 0 });
    return { losses, snapshots };
  };

  test("snapshots keep parameters as they were", () => {
    const { snapshots } = steps(2);
    const { data } = inspect.diff(snapshots[0], snapshots[1]);
    const weight = data.rows.name.indexOf("fc1.weight");
    expect(data.sides[1].value.state[weight]).toBe("different");
    expect(data.sentences[0]).toMatch(
      /^Values differ first at linear fc1 .*: its input fc1.weight differs already, by other initial values .* optimizer\.$/,
    );
    const data0 = data.rows.kind.indexOf("constant");
    expect(data.sides[1].value.state[data0], "the batch is the same").toBe("equal");
  });

  test("tensors of two steps have gradients of their own, and values that were lost are said to be", () => {
    const { losses, snapshots } = steps(2);
    const { data } = inspect.diff(losses[0], losses[1]);
    const exact = inspect.diff(snapshots[0], snapshots[1]).data;
    const at = (d: DiffData): number => d.rows.name.indexOf("fc1.weight");
    expect(data.sides[1].gradient.difference[at(data)]?.ratio).toBe(
      exact.sides[1].gradient.difference[at(exact)]?.ratio,
    );
    expect(data.sides[1].value.state[at(data)]).toBe("unknown");
    expect(data.sentences.join(" ")).toContain("have been changed in place since, as by an optimizer");
  });

  test("more than two tapes are compared with the first, in a table", () => {
    const { snapshots } = steps(3);
    const diff = inspect.diff({ first: snapshots[0], second: snapshots[1], third: snapshots[2] });
    expect(diff.data.sides.map((side) => side.name)).toEqual(["first", "second", "third"]);
    expect(String(diff)).toMatch(/^--- first: result .*\n\+\+\+ second: .*\n\+\+\+ third: /);
    expect(String(diff)).toMatch(/op +shape +first +second +third/);
    expect(String(diff)).toMatch(/~ +fc1\.weight +\[8, 6\] +μ .*~ μ .*~ μ /);
  });

  test("a snapshot does not change with the tensors", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    w.label = "w";
    const before = inspect.snapshot(w.exp().sum());
    noGrad(() => void w.add_(1));
    const { data } = inspect.diff(before, inspect.snapshot(w.exp().sum()));
    expect(data.sides[1].value.difference[data.rows.name.indexOf("w")]).toMatchObject({ largest: 1, values: [1, 2] });
    expect(String(before)).toBe("snapshot of result: 2 ops");
  });
});

describe("display", () => {
  test("the text reads like a patch", () => {
    const text = String(inspect.diff(training(sigmoid), training(relu)));
    const lines = text.split("\n");
    expect(lines[0]).toMatch(/^--- first: result [\d.]+, 6 ops$/);
    expect(lines[1]).toMatch(/^\+\+\+ second: result [\d.]+, 6 ops$/);
    expect(text).toMatch(/^− {2}sigmoid Net {2,}\[4, 8\] .*◀ first in structure$/m);
    expect(text).toMatch(/^\+ {2}relu Net {2,}\[4, 8\]/m);
    expect(text).toMatch(/^~ {2}mean crossEntropy {2,}\[\] +[\d.]+ → [\d.]+ +same/m);
    expect(text).toContain("@@ parameters and data @@");
  });

  test("the HTML is a semantic table without styles and scripts", () => {
    const html = inspect.diff(training(sigmoid), training(relu)).bundle()["text/html"] as string;
    expect(html).toContain('<th scope="row"><del>sigmoid Net</del></th>');
    expect(html).toContain('<th scope="row"><ins>relu Net</ins></th>');
    expect(html).not.toMatch(/style=|<script|<style|class=/);
    expect(html).toContain("first in structure");
  });

  test("names are escaped", () => {
    const w = tensor([1], { requiresGrad: true });
    w.label = "<b>";
    const html = inspect.diff({ "<i>": () => w.exp().sum(), b: () => w.relu().sum() }).bundle()["text/html"] as string;
    expect(html).not.toMatch(/<b>|<i>/);
    expect(html).toContain("&lt;i&gt;");
  });

  test("equal rows of long tapes are left out and counted, and the JSON stays small", () => {
    const long = (change: number) => () => {
      let h = tensor(new Array<number>(64).fill(0.5), { requiresGrad: true }).tanh();
      for (let i = 0; i < 400; i++) h = i === change ? h.sigmoid() : h.tanh();
      const loss = h.sum();
      loss.backward();
      return loss;
    };
    const { data } = inspect.diff(long(-1), long(390));
    expect(data.rows.name.length).toBeLessThanOrEqual(300);
    expect(data.totals).toMatchObject({ rows: 404, structure: 2 });
    expect(JSON.stringify(data).length).toBeLessThan(256_000);
    expect(data.rows.name[data.first.structure]).toBe("tanh");
    const stored = JSON.parse(JSON.stringify(data)) as DiffData;
    expect(diffOutput.read(stored)).toEqual(data);
    const text = diffOutput.text(stored);
    expect(text).toMatch(/@@ \d+ rows, of which \d+ differ @@/);
    expect(text).toMatch(/^− {2}tanh .*◀ first in structure\n\+ {2}sigmoid /m);
    expect(text.split("\n").length).toBeLessThan(80);
  });
});
