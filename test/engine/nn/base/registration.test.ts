import {
  autograd,
  func,
  Generator,
  gradients,
  nn,
  ones,
  optim,
  randn,
  type Tensor,
  tape,
  tensor,
  zeros,
} from "tapelab";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const linear = (): nn.Linear => new nn.Linear(2, 2);
const parameter = (value = 1): nn.Parameter => new nn.Parameter(tensor([value, value]));
const names = (m: nn.Module): string[] => Array.from(m.namedParameters(), ([name]) => name);
const shape = (layers: Iterable<nn.Linear>, x: Tensor): Tensor => [...layers].reduce((h, l) => l.forward(h), x);

class Held extends nn.Module {
  [field: string]: unknown;
  override forward(x: Tensor): Tensor {
    return x;
  }
}
const holding = (fields: Readonly<Record<string, unknown>>): Held => Object.assign(new Held(), fields);

describe("registration by fields", () => {
  test.each<[what: string, value: unknown, expected: readonly string[]]>([
    ["an array of modules", [linear(), linear()], ["f.0.weight", "f.0.bias", "f.1.weight", "f.1.bias"]],
    ["an array of parameters", [parameter(), parameter()], ["f.0", "f.1"]],
    ["nested arrays", [[parameter()], [parameter(), [parameter()]]], ["f.0.0", "f.1.0", "f.1.1.0"]],
    ["a record of modules", { left: linear() }, ["f.left.weight", "f.left.bias"]],
    ["a record of parameters", { a: parameter(), b: parameter() }, ["f.a", "f.b"]],
    ["a record without a prototype", Object.assign(Object.create(null), { a: parameter() }), ["f.a"]],
    ["a map by name", new Map([["left", linear()]]), ["f.left.weight", "f.left.bias"]],
    ["a map by number", new Map([[7, parameter()]]), ["f.7"]],
    ["a map by object", new Map([[{}, parameter()]]), ["f.0"]],
    ["a set", new Set([parameter(), parameter()]), ["f.0", "f.1"]],
    [
      "all of these at once",
      { list: [new Map([["k", { deep: linear() }]])] },
      ["f.list.0.k.deep.weight", "f.list.0.k.deep.bias"],
    ],
    ["gaps, numbers and null among parts", [null, parameter(), 3, undefined, parameter()], ["f.1", "f.4"]],
    ["tensors that are no parameters", [zeros([2]), { a: ones([3], { requiresGrad: true }) }], []],
    ["numbers and text", [[1, 2], { a: "b" }, new Float32Array(4)], []],
    [
      "objects of other classes",
      [
        new (class Other {
          inner = linear();
        })(),
        new WeakMap(),
        new Date(),
      ],
      [],
    ],
  ])("%s", (_what, value, expected) => {
    expect(names(holding({ f: value }))).toEqual(expected);
  });

  test("lists parameters in the order of the fields, a module's own before those of its submodules", () => {
    const m = holding({ layers: [linear()], scale: parameter(), more: { p: parameter() } });
    expect(names(m)).toEqual(["scale", "more.p", "layers.0.weight", "layers.0.bias"]);
  });

  test("registers buffers in fields and containers", () => {
    const m = holding({ stats: [new nn.Buffer(zeros([2])), { mean: new nn.Buffer(zeros([1])) }] });
    expect(Array.from(m.namedBuffers(), ([name]) => name)).toEqual(["stats.0", "stats.1.mean"]);
    expect(m.buffers().length).toBe(2);
    expect(m.parameters()).toEqual([]);
  });

  test("registers fields declared private in TypeScript", () => {
    class Net extends nn.Module {
      private readonly heads = { left: linear() };
      override forward(x: Tensor): Tensor {
        return this.heads.left.forward(x);
      }
    }
    expect(names(new Net())).toEqual(["heads.left.weight", "heads.left.bias"]);
  });

  test("follows later assignment, replacement and deletion", () => {
    const layers: nn.Module[] = [];
    const heads: Record<string, nn.Module> = {};
    const m = holding({ layers, heads });
    expect(names(m)).toEqual([]);
    layers.push(linear());
    heads.a = linear();
    expect(names(m)).toEqual(["layers.0.weight", "layers.0.bias", "heads.a.weight", "heads.a.bias"]);
    layers[0] = new nn.Linear(2, 2, { bias: false });
    delete heads.a;
    expect(names(m)).toEqual(["layers.0.weight"]);
    m.layers = null;
    expect(names(m)).toEqual([]);
    m.layers = new Map([["x", linear()]]);
    expect(names(m)).toEqual(["layers.x.weight", "layers.x.bias"]);
    delete m.layers;
    expect(names(m)).toEqual([]);
  });

  test("lists a shared module or parameter once, under its first name", () => {
    const shared = linear();
    const m = holding({ a: [shared, shared], b: { again: shared }, tied: shared.weight });
    expect(names(m)).toEqual(["tied", "a.0.bias"]);
    expect([...m.children()]).toEqual([shared]);
    expect([...m.modules()]).toEqual([m, shared]);
    expect(Array.from(m.namedModules({ removeDuplicate: false }), ([name]) => name)).toEqual([
      "",
      "a.0",
      "a.1",
      "b.again",
    ]);
    expect(Array.from(m.namedParameters({ removeDuplicate: false }), ([name]) => name)).toEqual([
      "tied",
      "a.0.weight",
      "a.0.bias",
      "a.1.weight",
      "a.1.bias",
      "b.again.weight",
      "b.again.bias",
    ]);
  });

  test("prefix and recurse behave as in PyTorch", () => {
    const m = holding({ p: parameter(), layers: [linear()] });
    expect(Array.from(m.namedParameters({ prefix: "net", recurse: false }), ([name]) => name)).toEqual(["net.p"]);
    expect(Array.from(m.namedModules({ prefix: "net" }), ([name]) => name)).toEqual(["net", "net.layers.0"]);
    expect(m.parameters({ recurse: false }).length).toBe(1);
  });

  test("terminates for containers and modules that contain themselves", () => {
    const list: unknown[] = [parameter()];
    list.push(list, { list });
    const child = holding({ p: parameter() });
    const m = holding({ list, child });
    child.parent = m;
    expect(names(m)).toEqual(["list.0", "child.p"]);
    expect(Object.keys(m.stateDict())).toEqual(["list.0", "child.p"]);
    expect(m.eval().training || child.training).toBe(false);
    const seen: nn.Module[] = [];
    m.apply((x) => void seen.push(x));
    expect(seen).toEqual([child, m]);
    expect(String(m)).toBe("Held(\n  (child): Held(\n    (parent): Held(…)\n  )\n)");
  });

  test("stops searching fields that hold large amounts of data", () => {
    let reads = 0;
    const counted = (length: number): number[] =>
      new Proxy(new Array<number>(length).fill(0), {
        get: (target, key) => {
          if (typeof key === "string" && /^\d+$/.test(key)) reads++;
          return Reflect.get(target, key) as unknown;
        },
      });
    const vocabulary = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`word${i}`, i]));
    const m = holding({
      numbers: counted(100_000),
      rows: [counted(50_000), counted(50_000)],
      vocabulary,
      p: [parameter()],
    });
    for (let i = 0; i < 5; i++) {
      reads = 0;
      expect(names(m)).toEqual(["p.0"]);
      expect(reads).toBeLessThan(5000);
      reads = 0;
      m.forward(zeros([1]));
    }
    expect(reads).toBe(0);
    // members among many other members are found, for any number of them
    expect(names(holding({ many: Array.from({ length: 3000 }, () => parameter()) })).length).toBe(3000);
  });
});

class Net extends nn.Module {
  layers = [linear(), linear()];
  heads = { left: linear(), right: linear() };
  named = new Map([["last", linear()]]);
  scales = [parameter(2)];
  override forward(x: Tensor): Tensor {
    const h = shape([...this.layers, this.heads.left, this.heads.right], x).mul(this.scales[0]);
    return (this.named.get("last") as nn.Linear).forward(h);
  }
}

describe("methods that walk modules reach those in containers", () => {
  test("train, eval, requiresGrad_, zeroGrad and apply", () => {
    const net = new Net();
    expect(net.parameters().length).toBe(11);
    net.eval();
    expect([...net.modules()].some((m) => m.training)).toBe(false);
    expect([...net.train().modules()].every((m) => m.training)).toBe(true);
    net
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect(net.parameters().every((p) => p.grad !== null)).toBe(true);
    net.zeroGrad();
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
    net.requiresGrad_(false);
    expect(net.parameters().some((p) => p.requiresGrad)).toBe(false);
    const seen: string[] = [];
    net.apply((m) => void seen.push(m.constructor.name));
    expect(seen).toEqual(["Linear", "Linear", "Linear", "Linear", "Linear", "Net"]);
  });

  test("a submodule that overrides train decides for itself and its descendants", () => {
    class Frozen extends nn.Module {
      norm = new nn.BatchNorm1d(2);
      override train(mode = true): this {
        super.train(mode);
        this.norm.eval();
        return this;
      }
      override forward(x: Tensor): Tensor {
        return this.norm.forward(x);
      }
    }
    const frozen = new Frozen();
    const m = holding({ parts: [frozen] }).train();
    expect([m.training, frozen.training, frozen.norm.training]).toEqual([true, true, false]);
  });

  test("an optimizer updates all parameters", () => {
    const net = new Net();
    const before = net.parameters().map((p) => p.toArray());
    const sgd = new optim.SGD(net.parameters(), { lr: 0.5 });
    net
      .forward(tensor([[1, 2]]))
      .sum()
      .backward();
    sgd.step();
    net.parameters().forEach((p, i) => expect(p.toArray(), names(net)[i]).not.toEqual(before[i]));
  });

  test("stateDict and loadStateDict", () => {
    const [a, b] = [new Net(), new Net()];
    expect(Object.keys(a.stateDict())).toEqual(names(a));
    const x = randn([3, 2], { generator: new Generator(1) });
    b.loadStateDict(a.stateDict());
    expect(b.forward(x).toArray()).toEqual(a.forward(x).toArray());
  });

  test("functionalCall replaces tensors in containers, and restores them", () => {
    const net = new Net();
    const own = net.parameters();
    const zero = Object.fromEntries(Array.from(net.namedParameters(), ([name, p]) => [name, zeros(p.shape)]));
    const x = ones([1, 2]);
    expect(func.functionalCall(net, { ...zero, "named.last.bias": tensor([5, 6]) }, x).toArray()).toEqual([[5, 6]]);
    expect(func.functionalCall(net, { "scales.0": zeros([2]), "named.last.bias": zeros([2]) }, x).toArray()).toEqual([
      [0, 0],
    ]);
    expect(net.parameters().map((p, i) => p === own[i])).toEqual(own.map(() => true));
    const g = func.grad((state: nn.StateDict) => func.functionalCall(net, state, x).sum())(net.stateDict());
    expect(Object.keys(g)).toEqual(names(net));
  });

  test("gradients(model), scopes and labels on the tape use their names", () => {
    const net = new Net();
    const y = net.forward(ones([1, 2])).sum();
    const scopes = new Set<string>();
    const labels = new Set<string | null>();
    const visit = (node: autograd.Node): void => {
      for (let s = node.scope; s !== null; s = s.parent) if (s.kind === "module") scopes.add(s.name);
      for (const e of node.edges) {
        if (e === null) continue;
        if ("variable" in e.node) labels.add((e.node.variable as Tensor).label);
        else visit(e.node);
      }
    };
    if (y.gradFn !== null) visit(y.gradFn);
    expect([...scopes].toSorted()).toEqual(["Net", "heads.left", "heads.right", "layers.0", "layers.1", "named.last"]);
    expect([...labels].toSorted((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1))).toEqual(names(net).toSorted());
    y.backward();
    expect(String(gradients(net))).toContain("named.last.weight");
    expect(String(tape(y))).toContain("layers.1");
  });

  test("a submodule that was replaced or added is named in the next forward", () => {
    const net = new Net();
    const scopeOfLast = (): string | undefined => net.forward(ones([1, 2])).gradFn?.scope?.parent?.name;
    const path = (): string => {
      const { gradFn } = net.forward(ones([1, 2]));
      const found: string[] = [];
      for (let s = gradFn?.scope ?? null; s !== null; s = s.parent) if (s.kind === "module") found.unshift(s.name);
      return found.join("/");
    };
    expect(path()).toBe("Net/named.last");
    net.named.set("last", linear());
    expect(path()).toBe("Net/named.last");
    expect(scopeOfLast()).toBeDefined();
  });

  test("hooks run for modules in containers", () => {
    const net = new Net();
    const seen: string[] = [];
    for (const [name, m] of net.namedModules()) m.registerForwardHook(() => void seen.push(name));
    net.forward(ones([1, 2]));
    expect(seen).toEqual(["layers.0", "layers.1", "heads.left", "heads.right", "named.last", ""]);
  });
});

describe("tied weights", () => {
  class Tied extends nn.Module {
    encoder = new nn.Linear(2, 2, { bias: false });
    decoder = new nn.Linear(2, 2, { bias: false });
    constructor() {
      super();
      this.decoder.weight = this.encoder.weight;
    }
    override forward(x: Tensor): Tensor {
      return this.decoder.forward(this.encoder.forward(x));
    }
  }
  test("are one parameter, and two entries of the state", () => {
    const m = new Tied();
    expect(names(m)).toEqual(["encoder.weight"]);
    expect(Object.keys(m.stateDict())).toEqual(["encoder.weight", "decoder.weight"]);
  });
  test("stay tied when a state is loaded, and take the value of its last entry", () => {
    const m = new Tied();
    m.loadStateDict({ "encoder.weight": zeros([2, 2]), "decoder.weight": ones([2, 2]) });
    expect(m.decoder.weight).toBe(m.encoder.weight);
    expect(m.encoder.weight.toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(() => m.loadStateDict({ "encoder.weight": zeros([2, 2]) })).toThrow('missing keys: "decoder.weight"');
  });
  test("a module under two names has two entries for each of its parameters", () => {
    const shared = linear();
    const m = holding({ a: shared, b: [shared] });
    expect(Object.keys(m.stateDict())).toEqual(["a.weight", "a.bias", "b.0.weight", "b.0.bias"]);
    m.loadStateDict(m.stateDict());
  });
});

describe("loadStateDict", () => {
  test("names missing and unexpected keys, and loads the others if strict is false", () => {
    const fc = linear();
    const state = { weight: ones([2, 2]), extra: ones([1]) };
    expect(() => fc.loadStateDict(state)).toThrow(
      'loadStateDict: the state does not fit Linear; missing keys: "bias"; unexpected keys: "extra"',
    );
    fc.loadStateDict(state, { strict: false });
    expect(fc.weight.toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
  test("refuses values that are no tensors, and two tensors with one name", () => {
    const state = {
      weight: [
        [1, 1],
        [1, 1],
      ],
      bias: zeros([2]),
    } as unknown as nn.StateDict;
    expect(() => linear().loadStateDict(state)).toThrow(
      "loadStateDict: state must be a record of tensors, but got { weight: ",
    );
    expect(() => holding({ a: { b: parameter() }, "a.b": parameter() }).stateDict()).toThrow(
      'stateDict: two tensors of Held are called "a.b"',
    );
  });
  test("lists each module's parameters, then its buffers, then its submodules", () => {
    const m = new nn.Sequential(new nn.BatchNorm1d(2), linear());
    expect(Object.keys(m.stateDict())).toEqual([
      "0.weight",
      "0.bias",
      "0.runningMean",
      "0.runningVar",
      "0.numBatchesTracked",
      "1.weight",
      "1.bias",
    ]);
  });
});

describe("Sequential", () => {
  test("registers its layers by index, and names their scopes by it", () => {
    const net = new nn.Sequential(linear(), new nn.ReLU(), linear());
    expect([net.length, net[1], net.at(-1)]).toEqual([3, [...net][1], net[2]]);
    net[1] = new nn.Tanh();
    expect(String(net)).toContain("(1): Tanh()");
    const scopes: string[] = [];
    for (const layer of net) layer.registerForwardHook((m) => void scopes.push(m.constructor.name));
    const y = net.forward(ones([1, 2]));
    expect(scopes).toEqual(["Linear", "Tanh", "Linear"]);
    expect(String(tape(y))).toContain("▾ Sequential\n  linear 0 ");
  });
});

describe("a module that cannot be registered", () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    vi.spyOn(console, "warn").mockImplementation((text: string) => void said.push(text));
  });
  afterEach(() => vi.restoreAllMocks());

  class Hidden extends nn.Module {
    visible = linear();
    readonly #encoder = linear();
    readonly #norm = new nn.LayerNorm([2]);
    override forward(x: Tensor): Tensor {
      return this.#norm.forward(this.#encoder.forward(this.visible.forward(x)));
    }
    get hidden(): nn.Parameter[] {
      return [...this.#encoder.parameters(), ...this.#norm.parameters()];
    }
  }
  const train = (m: nn.Module & { forward(x: Tensor): Tensor }, parameters: nn.Parameter[], steps = 3): void => {
    const sgd = new optim.SGD(parameters, { lr: 0.1 });
    for (let i = 0; i < steps; i++) {
      m.forward(ones([1, 2]))
        .pow(2)
        .sum()
        .backward();
      sgd.step();
      sgd.zeroGrad();
    }
  };

  test("is reported once, with code to write instead", () => {
    const net = new Hidden();
    train(net, net.parameters());
    train(net, net.parameters());
    expect(said.length).toBe(1);
    expect(said[0]).toContain(
      "Hidden: its forward calls the modules Linear and LayerNorm, which Hidden does not register.",
    );
    expect(said[0]).toContain("write `private part = new Linear(…)` instead of `#part = new Linear(…)`");
  });
  test("is reported once for a model with many of them, and again for another model", () => {
    const net = (): nn.Sequential => new nn.Sequential(new Hidden(), new Hidden(), new Hidden());
    const first = net();
    train(first, first.parameters());
    expect(said.length).toBe(1);
    const second = net();
    train(second, second.parameters());
    expect(said.length).toBe(2);
  });
  test("is reported once if forward constructs it each time", () => {
    class Fresh extends nn.Module {
      fc = linear();
      override forward(x: Tensor): Tensor {
        return new nn.Linear(2, 2).forward(this.fc.forward(x));
      }
    }
    const net = new Fresh();
    train(net, net.parameters(), 5);
    expect(said.length).toBe(1);
    expect(said[0]).toContain("Fresh: its forward calls the module Linear, which Fresh does not register.");
  });
  test.each<[what: string, make: () => [nn.Module & { forward(x: Tensor): Tensor }, nn.Parameter[]]]>([
    [
      "an optimizer has its parameters",
      () => {
        const net = new Hidden();
        return [net, [...net.parameters(), ...net.hidden]];
      },
    ],
    [
      "its parameters are frozen",
      () => {
        const net = new Hidden();
        for (const p of net.hidden) p.requiresGrad = false;
        return [net, net.parameters()];
      },
    ],
    [
      "all is registered",
      () => {
        const net = new Net();
        return [net, net.parameters()];
      },
    ],
    [
      "it belongs to a module further out",
      () => {
        const embed = linear();
        class Decoder extends nn.Module {
          fc = linear();
          override forward(x: Tensor): Tensor {
            return embed.forward(this.fc.forward(x));
          }
        }
        const net = Object.assign(new nn.Sequential(new Decoder()), { embed });
        return [net, net.parameters()];
      },
    ],
    [
      "it is called through a module between",
      () => {
        class Reach extends nn.Module {
          inner = new nn.Sequential(linear());
          override forward(x: Tensor): Tensor {
            return this.inner[0].forward(x);
          }
        }
        const net = new Reach();
        return [net, net.parameters()];
      },
    ],
    [
      "it has no parameters",
      () => {
        class Act extends nn.Module {
          fc = linear();
          override forward(x: Tensor): Tensor {
            return new nn.Tanh().forward(this.fc.forward(x));
          }
        }
        const net = new Act();
        return [net, net.parameters()];
      },
    ],
  ])("says nothing when %s", (_what, make) => {
    const [net, parameters] = make();
    train(net, parameters);
    expect(said).toEqual([]);
  });
  test("is not reported without gradients, or when it has been registered by then", () => {
    const net = new Hidden();
    net.forward(ones([1, 2]));
    expect(said).toEqual([]);
    const late = linear();
    class Late extends nn.Module {
      fc: nn.Linear | null = null;
      override forward(x: Tensor): Tensor {
        return late.forward(x);
      }
    }
    const m = new Late();
    const y = m.forward(ones([1, 2])).sum();
    m.fc = late;
    y.backward();
    expect(said).toEqual([]);
  });
  test("an optimizer without parameters says which fields are searched", () => {
    class Empty extends nn.Module {
      readonly #fc = linear();
      override forward(x: Tensor): Tensor {
        return this.#fc.forward(x);
      }
    }
    expect(() => new optim.SGD(new Empty().parameters())).toThrow(
      "SGD: expected at least one parameter, but got none; a module has those that its fields hold, except fields whose names begin with #",
    );
  });
});
