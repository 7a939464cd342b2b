import {
  autograd,
  func,
  host,
  inspect,
  isGradEnabled,
  nn,
  noGrad,
  ones,
  optim,
  scope,
  type Tensor,
  tensor,
  zeros,
} from "tapelab";
import { afterEach, describe, expect, test } from "vitest";
import { listeners } from "../../../../engine/src/tape/graph/listener.ts";

const zeroGrad = (x: Tensor): void => {
  x.grad = null;
};

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

type Stop = Parameters<host.StopHandler>[0];
type Command = host.StopCommand | ((stop: Stop) => host.StopCommand);

/** Runs `body` and returns its stops as `phase op`; the commands are given at the stops in turn, and then it continues. */
function stops(body: () => unknown, ...commands: readonly Command[]): string[] {
  const seen: string[] = [];
  host.setStopHandler((stop) => {
    const { moment, op } = stop.event;
    const command = commands[seen.push(`${moment} ${op}`) - 1] ?? "continue";
    return typeof command === "function" ? command(stop) : command;
  });
  body();
  return seen;
}

afterEach(() => {
  host.endStep();
  for (const b of inspect.breakpoints()) b.remove();
  expect(listeners.all.filter((l) => l.leafReached !== undefined)).toEqual([]);
});

describe("conditions in forward", () => {
  test("stop at an op by its name, pattern, scope and shape", () => {
    const body = (): void => {
      const x = leaf([[1, 2, 3]]);
      scope("outer", () => scope("inner", () => x.exp()));
      x.mul(2).sum();
    };
    const stopsOf = (condition: inspect.BreakCondition): string[] => {
      const handle = inspect.breakWhen(condition);
      const seen = stops(body);
      handle.remove();
      return seen;
    };
    expect(stopsOf({ op: "mul" })).toEqual(["result mul"]);
    expect(stopsOf({ op: /^(exp|sum)$/ })).toEqual(["result exp", "result sum"]);
    expect(stopsOf({ scope: "inner" })).toEqual(["result exp"]);
    expect(stopsOf({ scope: "outer/inner", op: "mul" })).toEqual([]);
    expect(stopsOf({ shape: [1, null] })).toEqual(["result exp", "result mul"]);
    expect(stopsOf({ shape: [] })).toEqual(["result sum"]);
    expect(stopsOf({})).toEqual(["result exp", "result mul", "result sum"]);
    expect(stopsOf({ when: ({ outputs: [y] }) => y?.numel() === 1 })).toEqual(["result sum"]);
  });
  test("stop once in each call of a composite op", () => {
    inspect.breakWhen({ op: "crossEntropy" });
    const logits = leaf([
      [1, 2],
      [3, 1],
    ]);
    const body = (): unknown => nn.functional.crossEntropy(logits, tensor([0, 1], { dtype: "int32" }));
    const [first] = stops(body);
    expect(first).toMatch(/^result /);
    expect(stops(() => [body(), body()])).toEqual([first, first]);
  });
  test("stop where NaN first appears, also in data, and not again at what is computed from it", () => {
    inspect.breakWhen("nan");
    expect(stops(() => tensor([-1, 4]).sqrt().mul(2).sum())).toEqual(["result sqrt"]);
    const w = tensor([Number.NaN, 1]);
    expect(stops(() => w.add(1).exp())).toEqual(["result add"]);
    expect(stops(() => w.sub(1))).toEqual([]);
    expect(stops(() => tensor([1, 0]).div(0))).toEqual(["result div"]);
  });
  test("tell infinity from NaN, and find both", () => {
    const body = (): unknown => [tensor([0]).log(), tensor([-1]).log()];
    const infinite = inspect.breakWhen("infinite");
    expect(stops(body)).toEqual(["result log"]);
    expect(infinite.hits).toBe(1);
    infinite.remove();
    inspect.breakWhen({ value: "notFinite" });
    expect(stops(body)).toEqual(["result log", "result log"]);
  });
  test("follow NaN through changes in place and views", () => {
    inspect.breakWhen({ value: "nan" }, { phase: "forward" });
    const x = zeros([2, 2]);
    const body = (): void => {
      x.select(0, 1).add_(tensor([-1, 1]).sqrt());
      x.mul(2);
      x.reshape([4]).neg();
    };
    expect(stops(body)).toEqual(["result sqrt"]);
  });
  test("find results of zeros only among floats, and large norms", () => {
    inspect.breakWhen("zero");
    expect(stops(() => [tensor([-1, -2]).relu(), tensor([0, 1]).lt(0), tensor([1, 2]).relu()])).toEqual([
      "result relu",
    ]);
    inspect.breakpoints()[0]?.remove();
    inspect.breakWhen({ normAbove: 5 });
    expect(stops(() => tensor([3, 4]).mul(1).mul(1.1))).toEqual(["result mul"]);
  });
  test("hold inside noGrad, vmap, custom functions and checkpoints", () => {
    inspect.breakWhen({ op: "exp" });
    expect(stops(() => noGrad(() => leaf([1]).exp()))).toEqual(["result exp"]);
    let shape: readonly number[] = [];
    const keepShape: Command = ({ event }) => {
      shape = event.outputs[0]?.shape ?? [];
      return "continue";
    };
    expect(stops(() => func.vmap((x: Tensor) => x.exp())(ones([3, 2])), keepShape)).toEqual(["result exp"]);
    expect(shape).toEqual([3, 2]);
    const square = autograd.customGradient((x: Tensor) => [x.exp(), (g: Tensor) => g.mul(2)]);
    expect(stops(() => square(leaf([1])))).toEqual(["result exp"]);
    const x = leaf([1, 2]);
    // backward computes the function of the checkpoint again
    const checkpointed = (): void =>
      autograd
        .checkpoint((y: Tensor) => y.exp().sin(), [x])
        .sum()
        .backward();
    expect(stops(checkpointed)).toEqual(["result exp", "result exp", "cotangent exp"]);
  });
  test("hold at the line and the cell of any call on the stack", () => {
    const at = (cellId: string, count: number, line: number) => ({
      file: `cell[${count}]`,
      cellId,
      count,
      line,
      column: 1,
    });
    const stack = [
      { ...at("b", 4, 2), name: "f", hidden: 0 },
      { ...at("a", 3, 7), name: "", hidden: 0 },
    ];
    host.setWatch({ nodes: 10, site: () => ({ resolve: () => stack[0] ?? null, stack: () => stack }) });
    const isHit = (condition: inspect.BreakCondition): boolean => {
      const handle = inspect.breakWhen(condition, { phase: "forward" });
      const seen = stops(() => tensor([1]).mul(2));
      handle.remove();
      return seen.length === 1;
    };
    expect([{ cell: 4 }, { cell: "b", line: 2 }, { cell: "a", line: 7 }, { file: "cell[4]" }].map(isHit)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([{ cell: 5 }, { cell: "b", line: 7 }, { line: 3 }, { file: "model.ts" }].map(isHit)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    host.setWatch({ nodes: 0 });
  });
});

describe("conditions in backward", () => {
  test("stop at nodes before their rules, with the line of the forward call", () => {
    inspect.breakWhen({ op: "exp" }, { phase: "backward" });
    let found: unknown = null;
    const look: Command = ({ event }) => {
      found = [event.gradients[0]?.toArray(), event.site?.file.endsWith("breakpoints.test.ts")];
      return "continue";
    };
    expect(stops(() => leaf([0, 0]).exp().mul(3).sum().backward(), look)).toEqual(["cotangent exp"]);
    expect(found).toEqual([[3, 3], true]);
  });
  test("stop after the rule that gave NaN or infinity, and not again", () => {
    const handle = inspect.breakWhen("notFinite", { phase: "backward" });
    expect(stops(() => leaf([0, 4]).mul(1).sqrt().mul(2).sum().backward())).toEqual(["contribution sqrt"]);
    const seed = tensor([Number.NaN]);
    expect(stops(() => leaf([1]).mul(2).backward(seed))).toEqual(["cotangent mul"]);
    handle.remove();
    // in both directions: the gradient of a value that was reported is not reported again
    inspect.breakWhen("nan");
    expect(stops(() => leaf([-1]).sqrt().mul(2).sum().backward())).toEqual(["result sqrt"]);
  });
  test("find gradients of zeros and large norms, also those of leaves", () => {
    inspect.breakWhen({ value: "zero" }, { phase: "backward" });
    expect(stops(() => leaf([-1, -2]).relu().sum().backward())).toEqual(["leaf accumulateGrad"]);
    inspect.breakpoints()[0]?.remove();
    inspect.breakWhen({ normAbove: 10 }, { phase: "backward" });
    const w = leaf([1]);
    // each use contributes 6, which only their sum exceeds
    expect(stops(() => w.mul(6).add(w.mul(6)).sum().backward())).toEqual(["leaf accumulateGrad"]);
  });
  test("hold in walks that are recorded, in vmap and for sparse gradients", () => {
    inspect.breakWhen({ op: "exp" }, { phase: "backward" });
    const second = (x: Tensor): unknown => {
      const [g] = autograd.grad(x.exp().sum(), [x], { createGraph: true });
      return g;
    };
    expect(stops(() => second(leaf([1])))).toEqual(["cotangent exp"]);
    expect(stops(() => func.vmap(func.grad((x: Tensor) => x.exp().sum()))(ones([3, 2])))).toEqual(["cotangent exp"]);
    inspect.breakWhen({ op: "embedding" }, { phase: "backward" });
    const table = new nn.Embedding(4, 2, { sparse: true });
    expect(
      stops(() =>
        table
          .forward(tensor([1, 2], { dtype: "int32" }))
          .sum()
          .backward(),
      ),
    ).toHaveLength(1);
  });
  test("hold at custom functions", () => {
    class Twice extends autograd.Function {
      static override forward(_ctx: autograd.FunctionContext, x: Tensor): Tensor {
        return x.mul(2);
      }
      static override backward(_ctx: autograd.FunctionContext, g: Tensor): Tensor {
        return g.mul(Number.NaN);
      }
    }
    inspect.breakWhen({ op: "Twice" });
    inspect.breakWhen("nan", { phase: "backward" });
    const body = (): void =>
      Twice.apply(leaf([1]))
        .sum()
        .backward();
    expect(stops(body)).toEqual(["result Twice", "cotangent Twice", "contribution Twice"]);
  });
});

describe("going on", () => {
  const model = (x: Tensor): Tensor => {
    const h = scope("layer", () => {
      const a = x.mul(2);
      const b = scope("act", () => a.exp().neg());
      return b.add(1);
    });
    return h.sum();
  };
  const begin = (op: string): void => {
    inspect.breakWhen({ op }, { phase: "forward" });
  };
  const ends = (seen: readonly string[]): string[] => seen.map((s) => s.replace("result ", ""));

  test("steps to the next op, over inner scopes, and out of the scope", () => {
    begin("mul");
    const run = (): unknown => model(tensor([1]));
    expect(ends(stops(run, "step", "step", "continue"))).toEqual(["mul", "exp", "neg"]);
    expect(ends(stops(run, "over", "over"))).toEqual(["mul", "add", "sum"]);
    expect(ends(stops(run, "out", "out"))).toEqual(["mul", "sum"]);
    expect(ends(stops(run, "step", "out", "out"))).toEqual(["mul", "exp", "add", "sum"]);
    expect(ends(stops(run, "step", "over", "over"))).toEqual(["mul", "exp", "neg", "add"]);
  });
  test("steps from forward into backward, node by node", () => {
    begin("sum");
    const seen = stops(() => model(leaf([1])).backward(), "step", "step", "step", "out");
    expect(seen).toEqual(["result sum", "cotangent sum", "cotangent add", "cotangent neg", "cotangent mul"]);
  });
  test("ends a step with its cell", () => {
    begin("sum");
    expect(stops(() => model(tensor([1])), "step")).toEqual(["result sum"]);
    host.endStep();
    for (const b of inspect.breakpoints()) b.remove();
    expect(stops(() => tensor([1]).mul(2))).toEqual([]);
  });
  test("aborts with an error that leaves modes and tape as they were", () => {
    const x = leaf([1]);
    const y = x.mul(2);
    begin("exp");
    const body = (): unknown => noGrad(() => scope("inner", () => y.exp()));
    expect(() => stops(body, "abort")).toThrow(/stopped at exp/);
    expect([isGradEnabled(), y.neg().gradFn?.scope]).toEqual([true, null]);
    inspect.breakpoints()[0]?.remove();
    inspect.breakWhen({ op: "mul" }, { phase: "backward" });
    expect(() => stops(() => y.sum().backward({ retainGraph: true }), "abort")).toThrow(inspect.Stopped);
    expect(x.grad).toBeNull();
    expect(stops(() => y.sum().backward())).toEqual(["cotangent mul"]);
    expect(x.grad?.toArray()).toEqual([2]);
  });
  test("a program that is terminated while it is stopped stops again", () => {
    begin("exp");
    const terminated = (): never => {
      host.recover();
      throw new Error("terminated");
    };
    expect(() => stops(() => tensor([1]).exp(), terminated)).toThrow("terminated");
    expect(stops(() => tensor([1]).exp())).toEqual(["result exp"]);
  });
});

describe("replacing values", () => {
  const replacing =
    (value: unknown, index = 0): Command =>
    (stop) => {
      host.replaceValue(stop, index, typeof value === "function" ? value(stop.values[index]) : value);
      return "continue";
    };
  test("replaces a result; gradients flow where the replacement comes from", () => {
    inspect.breakWhen({ op: "exp" }, { phase: "forward" });
    const x = leaf([0, 9]);
    let y: Tensor = x;
    const body = (): void => {
      y = x.exp();
    };
    stops(
      body,
      replacing((t: Tensor) => t.clamp({ max: 5 })),
    );
    expect(y.toArray()).toEqual([1, 5]);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([1, 0]);
    zeroGrad(x);
    stops(body, replacing(7));
    expect([y.toArray(), y.requiresGrad]).toEqual([[7, 7], true]);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([0, 0]);
    stops(() => noGrad(body), replacing([1, 2]));
    expect(y.toArray()).toEqual([1, 2]);
  });
  test("replaces a cotangent, contributions, and the gradient of a leaf", () => {
    const x = leaf([1, 4]);
    const body = (): void => x.mul(3).sum().backward();
    const gradient = (condition: inspect.BreakCondition, value: unknown, index = 0): unknown => {
      x.grad = null;
      const handle = inspect.breakWhen(condition, { phase: "backward" });
      stops(body, replacing(value, index));
      handle.remove();
      return (x.grad as Tensor | null)?.toArray();
    };
    expect(gradient({ op: "mul" }, [1, 2])).toEqual([3, 6]);
    expect(gradient({ normAbove: 4 }, 0.5)).toEqual([0.5, 0.5]);
    const root = leaf([0, 4]);
    inspect.breakWhen("infinite", { phase: "backward" });
    stops(() => root.sqrt().sum().backward(), replacing(1));
    expect(root.grad?.toArray()).toEqual([1, 1]);
  });
  test("takes the place of the results of custom functions, with the gradient of the replacement", () => {
    class Scaled extends autograd.Function {
      static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor[] {
        ctx.saveForBackward(x);
        return [x.mul(2), x.mul(3)];
      }
      static override backward(ctx: autograd.FunctionContext, a: Tensor, b: Tensor): Tensor {
        expect(ctx.savedTensors[0]?.shape).toEqual(a.shape);
        return a.mul(2).add(b.mul(3));
      }
    }
    const cube = autograd.customGradient((x: Tensor) => [x.pow(3), (g: Tensor) => g.mul(x.square().mul(3))]);
    const log = func.customVjp((x: Tensor) => x.log());
    log.defvjp(
      (x) => [x.log(), x],
      (x, g) => [g.div(x)],
    );
    const once = autograd.onceDifferentiable((_ctx: autograd.FunctionContext, g: Tensor) => g.mul(2));
    const replaced = (op: string, value: (y: Tensor) => unknown, f: (x: Tensor) => Tensor): unknown[] => {
      const handle = inspect.breakWhen({ op }, { phase: "forward" });
      const x = leaf([1, 2]);
      let y = x;
      const command: Command = (stop) => {
        host.replaceValue(stop, 0, value(stop.values[0] as Tensor));
        return "continue";
      };
      expect(stops(() => (y = f(x)), command)).toEqual([`result ${op}`]);
      handle.remove();
      const values = y.toArray();
      if (op !== "onceDifferentiable") y.sum().backward();
      return [values, x.grad?.toArray() ?? null];
    };
    // of the two results the first is replaced by 5 times itself
    const scaled = (x: Tensor): Tensor => {
      const [a, b] = Scaled.apply(x) as unknown as [Tensor, Tensor];
      return a.add(b);
    };
    expect(replaced("Scaled", (y) => y.mul(5), scaled)).toEqual([
      [13, 26],
      [13, 13],
    ]);
    expect(replaced("Scaled", () => 0, scaled)).toEqual([
      [3, 6],
      [3, 3],
    ]);
    const named = "customGradient";
    expect(replaced(named, (y) => y.add(1), cube)).toEqual([
      [2, 9],
      [3, 12],
    ]);
    expect(replaced(named, () => [7, 8], cube)).toEqual([
      [7, 8],
      [0, 0],
    ]);
    expect(replaced("customVjp", (y) => y.mul(2), log)).toEqual([
      [0, expect.closeTo(2 * Math.log(2))],
      [2, 1],
    ]);
    expect(
      replaced(
        "onceDifferentiable",
        () => 4,
        (x) => once(null as never, x),
      ),
    ).toEqual([[4, 4], null]);
    const gradients = func.vmap(func.grad((x: Tensor) => cube(x).square().sum()));
    const handle = inspect.breakWhen({ op: named }, { phase: "forward" });
    let inBatch: Tensor | null = null;
    const doubling: Command = (stop) => {
      host.replaceValue(stop, 0, (stop.values[0] as Tensor).mul(2));
      return "continue";
    };
    stops(() => (inBatch = gradients(tensor([1, 2]))), doubling);
    handle.remove();
    // of (2 x³)²
    expect((inBatch as Tensor | null)?.toArray()).toEqual([24, 24 * 32]);
  });
  test("is written into an input that a custom function changes in place", () => {
    class Fill extends autograd.Function {
      static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
        ctx.markDirty(x);
        return x.mul_(3);
      }
      static override backward(_ctx: autograd.FunctionContext, g: Tensor): Tensor {
        return g.mul(3);
      }
    }
    inspect.breakWhen({ op: "Fill" }, { phase: "forward" });
    const root = leaf([1, 2]);
    const x = root.mul(1);
    const replacing: Command = (stop) => {
      host.replaceValue(stop, 0, (stop.values[0] as Tensor).mul(10));
      return "continue";
    };
    let y = x;
    stops(() => (y = Fill.apply(x)), replacing);
    expect(y).toBe(x);
    expect(x.toArray()).toEqual([30, 60]);
    x.sum().backward();
    expect(root.grad?.toArray()).toEqual([30, 30]);
  });
  test("refuses other shapes and other kinds", () => {
    inspect.breakWhen({ op: "exp" });
    const errors: string[] = [];
    const refused: Command = (stop) => {
      for (const value of [[1, 2, 3], "text", null])
        try {
          host.replaceValue(stop, 0, value);
        } catch (error) {
          errors.push(String(error));
        }
      expect(() => host.replaceValue(stop, 1, 0)).toThrow("there is no value 1");
      return "continue";
    };
    stops(() => tensor([1, 2]).exp(), refused);
    expect(errors).toEqual([
      expect.stringContaining("by one of the same shape, but got [2] and [3]"),
      expect.stringContaining("expected a tensor, a number or an array, but got string"),
      expect.stringContaining("but got null"),
    ]);
  });
});

describe("the list", () => {
  test("has handles in words, which switch off, count hits and remove", () => {
    const handle = inspect.breakWhen(
      { op: "exp", value: "nan", scope: "encoder", shape: [2, null] },
      { phase: "forward" },
    );
    expect(handle.text).toBe("NaN, op exp, shape [2, any], scope encoder");
    expect(String(handle)).toMatch(/^breakpoint \d+: NaN, .*, forward$/);
    expect(inspect.breakpoints()).toEqual([handle]);
    handle.remove();
    handle.remove();
    expect(inspect.breakpoints()).toEqual([]);
    const exp = inspect.breakWhen({ op: "exp" });
    const run = (): unknown => tensor([1]).exp();
    expect(stops(run)).toHaveLength(1);
    exp.disable();
    expect([stops(run), exp.enabled, exp.hits]).toEqual([[], false, 1]);
    exp.enable();
    expect([stops(run).length, exp.hits]).toEqual([1, 2]);
  });
  test("listens to nothing while all are off", () => {
    const before = listeners.all.length;
    const handle = inspect.breakWhen("nan");
    expect(listeners.all).toHaveLength(before + 1);
    handle.disable();
    expect(listeners.all).toHaveLength(before);
  });
  test("a line that runs again replaces its breakpoint", () => {
    for (let i = 0; i < 3; i++) inspect.breakWhen({ op: "exp" });
    expect(inspect.breakpoints()).toHaveLength(1);
  });
  test("a cell that runs again takes its breakpoints along, and those that are off stay off", () => {
    const site = { file: "cell[4]", cellId: "a", count: 4, line: 2, column: 1 };
    host.setWatch({ nodes: 1, site: () => ({ resolve: () => site }) });
    inspect.breakWhen({ op: "exp" }).disable();
    host.removeBreakpointsOf("a");
    expect(inspect.breakpoints()).toEqual([]);
    expect(inspect.breakWhen({ op: "exp" }).enabled).toBe(false);
    host.removeBreakpointsOf("b");
    expect(inspect.breakpoints()).toHaveLength(1);
    host.setWatch({ nodes: 0 });
  });
  test("has the breakpoints of the front end, which are replaced together", () => {
    const mine = inspect.breakWhen("nan");
    const spec = { id: "x", enabled: true, phase: "forward", op: "exp", when: "event.outputs[0].numel() > 1" } as const;
    host.setFrontEndBreakpoints([spec, { id: "y", enabled: false, phase: "both", line: 3 }]);
    expect(host.listBreakpoints().map(({ id, text, enabled, isFromCode }) => [id, text, enabled, isFromCode])).toEqual([
      [mine.id, "NaN", true, true],
      ["x", "op exp, event.outputs[0].numel() > 1", true, false],
      ["y", "line 3", false, false],
    ]);
    expect(stops(() => [tensor([1]).exp(), tensor([1, 2]).exp()])).toEqual(["result exp"]);
    host.setFrontEndBreakpoints([spec]);
    expect(host.listBreakpoints().map(({ id, hits }) => [id, hits])).toEqual([
      [mine.id, 0],
      ["x", 1],
    ]);
    host.setFrontEndBreakpoints([{ ...spec, id: "z", when: "nothing.here" }]);
    expect(stops(() => tensor([1]).exp())).toEqual([]);
    expect(host.listBreakpoints()[1]?.error).toBe("nothing is not defined");
    host.setFrontEndBreakpoints([
      { ...spec, when: "1 +" },
      { id: "n", enabled: true, phase: "both", normAbove: -1 },
    ]);
    expect(stops(() => tensor([1]).exp())).toEqual([]);
    expect(
      host
        .listBreakpoints()
        .slice(1)
        .map(({ error }) => error),
    ).toEqual([expect.any(String), expect.stringContaining("normAbove")]);
    host.setFrontEndBreakpoints([]);
  });
  test("refuses conditions that cannot be", () => {
    expect(() => inspect.breakWhen({ shape: [-1] })).toThrow(
      "breakWhen: expected the sizes of shape to be integers from 0",
    );
    expect(() => inspect.breakWhen({ normAbove: Number.NaN })).toThrow("normAbove");
    expect(() => inspect.breakWhen({ line: 0 })).toThrow("line to be an integer from 1");
    expect(() => inspect.breakWhen("inf" as "nan")).toThrow(/breakWhen/);
    expect(() => inspect.setBreakTimeout(0)).toThrow("seconds above 0");
  });
});

describe("a program without a front end", () => {
  test("its training goes on as without breakpoints", () => {
    const train = (): unknown => {
      const w = leaf([[0.5, -0.3]]);
      const optimizer = new optim.SGD([w], { lr: 0.1 });
      for (let i = 0; i < 5; i++) {
        optimizer.zeroGrad();
        w.matmul(ones([2, 1]))
          .exp()
          .sum()
          .backward();
        optimizer.step();
      }
      return w.toArray();
    };
    const plain = train();
    inspect.breakWhen({});
    host.setStopHandler(() => "continue");
    expect(train()).toEqual(plain);
    host.setStopHandler(() => "step");
    expect(train()).toEqual(plain);
  });
});
