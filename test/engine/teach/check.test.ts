/** Checks that teach: what passes, what fails, and the words of a failure. */
import { autograd, nn, randn, type Tensor, tensor, zeros } from "tapelab";
import { type Check, CheckError, check, createCheck, type PartResult } from "tapelab/check";
import { checkOutput } from "tapelab/view";
import { describe, expect, test } from "vitest";

/** The part of a host that does nothing. */
const alone = {
  id: "",
  show: (): void => {},
  tapeOf: (): null => null,
  examine: (): null => null,
  train: (): null => null,
  ran: (): void => {},
  part: (): void => {},
};

/** Returns the data of the failure of a check. */
function failure(body: () => unknown): CheckError["data"] {
  try {
    body();
  } catch (error) {
    if (error instanceof CheckError) return error.data;
    throw error;
  }
  throw new Error("the check passed");
}

const hint = (body: () => unknown): string => failure(body).hints[0] ?? "";

describe("close", () => {
  test("passes for numbers, tensors, lists, typed arrays and records", () => {
    expect(check.close(0.1 + 0.2, 0.3)).toBe(undefined);
    check.close(tensor([1, 2]).mul(2), [2, 4]);
    check.close(new Float64Array([1, 2]), tensor([1, 2]));
    check.close({ a: [1, { b: "x" }], c: null }, { a: [1, { b: "x" }], c: null });
    check.close([tensor([1]), tensor([2])], [[1], [2]]);
    check.close(1e9 + 1, 1e9, { tol: 1e-6 });
  });

  test.each<[string, unknown, unknown]>([
    ["NaN equals nothing", Number.NaN, Number.NaN],
    ["infinity has no tolerance", 1e308, Infinity],
    ["the sign of infinity counts", -Infinity, Infinity],
    ["a text is no number", "3", 3],
    ["a boxed number is no number", Object(3), 3],
    ["an object that converts to a number is none", { valueOf: () => 3 }, 3],
    ["a list of one is no number", [3], 3],
    ["null is not 0", null, 0],
    ["undefined is not null", undefined, null],
    ["false is not 0", false, 0],
    ["a bigint is no number", 3n, 3],
    ["a missing property", { a: 1 }, { a: 1, b: 2 }],
    ["a property too much", { a: 1, b: 2 }, { a: 1 }],
    ["an object of a class", new Map([["a", 1]]), { a: 1 }],
    ["a shorter list", ["a"], ["a", "b"]],
  ])("fails: %s", (_, actual, expected) => {
    expect(() => check.close(actual, expected)).toThrow(CheckError);
  });

  test("reads each element once", () => {
    let reads = 0;
    const list = [0];
    Object.defineProperty(list, 0, { get: () => (reads++ === 0 ? 1 : 2) });
    expect(() => check.close(list, [2])).toThrow(CheckError);
    expect(reads).toBe(1);
    const equalToEverything = new Proxy([1, 2], {
      get: (target, key) => (key === "length" ? 2 : key in target ? 1 : undefined),
    });
    expect(() => check.close(equalToEverything, [1, 2])).toThrow(CheckError);
  });

  test("refuses a tolerance that everything passes", () => {
    for (const tol of [Infinity, Number.NaN, -1])
      expect(() => check.close(1, 2, { tol })).toThrow("check.close: tol must be a finite number");
  });

  test("uses the functions of JavaScript as they were", () => {
    const { abs } = Math;
    const { isFinite, isInteger } = Number;
    try {
      Math.abs = () => 0;
      Number.isFinite = () => true;
      Number.isInteger = () => true;
      expect(() => check.close(1, 2)).toThrow(CheckError);
    } finally {
      Math.abs = abs;
      Number.isFinite = isFinite;
      Number.isInteger = isInteger;
    }
  });

  test("says what was expected, what came, the op and its tape", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const data = failure(() => check.close(x.mul(2), [1, 2]));
    expect(data.sentence).toBe("2 of 2 elements are wrong; the worst, at [1], should be 2 and is 4");
    expect(data.facts).toEqual([
      { name: "expected", text: "[1, 2]" },
      { name: "got", text: "[2, 4]" },
      { name: "computed by", text: "mul" },
    ]);
    expect(data.table).toEqual({
      heads: ["element", "expected", "got"],
      rows: [
        ["[1]", "2", "4"],
        ["[0]", "1", "2"],
      ],
      omitted: 0,
    });
    expect(data.tape?.rows.map(({ op, shape }) => [op, shape])).toEqual([["mul", [2]]]);
    expect(data.maps.map(({ label, grid }) => [label, grid.rows, grid.columns])).toEqual([
      ["expected", 1, 2],
      ["got", 1, 2],
    ]);
  });

  test.each<[string, unknown, unknown]>([
    ["a factor of two is too much", [2, 4], [1, 2]],
    ["a factor of two is missing", [1, 2], [2, 4]],
    ["The sign is wrong", [-1, 2], [1, -2]],
    ["10 times too large", [10, 20], [1, 2]],
    [
      "The result is transposed",
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
    ],
    [
      "rows and columns are exchanged",
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      "A sum over dimension 0 (the batch) is missing",
      [
        [1, 2],
        [3, 5],
      ],
      [4, 7],
    ],
    [
      "A mean over dimension 1 is missing",
      [
        [1, 3],
        [5, 9],
      ],
      [2, 7],
    ],
    [
      "the wrong axis was taken",
      [
        [0.1, 0.5],
        [0.9, 0.5],
      ],
      [
        [0.4, 0.6],
        [0.2, 0.8],
      ],
    ],
    ["in another shape", [[1], [2]], [1, 2]],
    ["The order along dimension 0 is reversed", [3, 2, 7], [7, 2, 3]],
    ["off by 5", [6, 7, 9], [1, 2, 4]],
    ["1 of 2 elements are NaN", [Number.NaN, 1], [2, 1]],
    ["1 of 2 elements are infinite", [Infinity, 1], [2, 1]],
  ])("hints: %s", (words, actual, expected) => {
    expect(hint(() => check.close(actual, expected))).toContain(words);
  });

  test("hints at an integer dtype and a missing return", () => {
    expect(hint(() => check.close(tensor([1, 2], { dtype: "int32" }), [1.5, 2.5]))).toContain("integer dtype int32");
    expect(hint(() => check.close(undefined, 3))).toContain("is a return missing?");
  });
});

test("shape compares shapes of tensors and lists", () => {
  check.shape(zeros([2, 3]), [2, 3]);
  check.shape([[1, 2, 3]], [1, 3]);
  check.shape(3, []);
  const data = failure(() => check.shape(zeros([3, 2]), [2, 3]));
  expect(data.sentence).toBe("expected the shape [2, 3], but got [3, 2]");
  expect(data.hints[0]).toContain("transpose");
  expect(() => check.shape(zeros([2]), 2 as never)).toThrow("expected a shape such as [2, 3], but got 2");
});

class Doubled extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.mul(x);
  }
  static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
    return g.mul(ctx.savedTensors[0]);
  }
}

class Product extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor, w: Tensor): Tensor {
    ctx.saveForBackward(x, w);
    return x.matmul(w);
  }
  static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor[] {
    const [x, w] = ctx.savedTensors as [Tensor, Tensor];
    return [g.matmul(w.t()), x.t().matmul(g)];
  }
}

/** The fact about the line in the rule above. */
const ruleOfDoubled = {
  name: "your line",
  text: "return g.mul(ctx.savedTensors[0]);",
  at: expect.objectContaining({ file: expect.stringContaining("check.test.ts") }),
};

describe("gradients", () => {
  test("pass where they agree with differences, whatever is returned", () => {
    check.grad((x: Tensor, w: Tensor) => x.matmul(w).sigmoid().sum(), randn([3, 4]), randn([4, 2]));
    check.grad((x: Tensor) => x.softmax(-1), randn([2, 3]));
    check.grad((x: Tensor) => [x.exp(), x.sin()], randn([2]));
    check.grad((x: Tensor) => x.relu(), tensor([-1, 2]));
    check.backward(Product);
    check.backward(Product, randn([2, 5]), randn([5, 3]));
  });

  test("name the input, the worst element, the op and the reason", () => {
    const data = failure(() => check.grad((x: Tensor) => Doubled.apply(x).sum(), tensor([[1, 2, 5]])));
    expect(data.sentence).toBe("the gradient of the input [1, 3] is wrong in 3 of 3 elements");
    expect(data.facts.map(({ name }) => name)).toEqual(["expected", "got", "failing node", "your line"]);
    expect(data.facts[2]?.text).toContain("Doubled, gradient of x: Every element is half of what it should be");
    expect(data.facts[3]).toEqual(ruleOfDoubled);
    expect(data.maps.map(({ label }) => label)).toEqual(["yours", "numeric", "ratio 0.500"]);
    expect(data.tape?.rows.map(({ op, failing }) => [op, failing])).toEqual([
      ["Doubled", true],
      ["sum", false],
    ]);
    const op = failure(() => check.backward(Doubled));
    expect(op.hints[0]).toContain("a factor of 2 is missing");
    expect(op.facts.at(-1), "a line of the rule, not of the call").toEqual(ruleOfDoubled);
  });

  test("name the line at which a value leaves the tape", () => {
    const half = (x: Tensor): Tensor => {
      const constant = x.detach();
      return x.mul(constant).sum();
    };
    const data = failure(() => check.grad(half, tensor([1, 2, 5])));
    const [node, line] = data.facts.slice(-2);
    expect(node?.text).toBe("detach: a value leaves the tape here, and its gradient is lost");
    expect(line?.text).toBe("const constant = x.detach();");
    expect(data.tape?.rows.map(({ op, failing }) => [op, failing])).toEqual([
      ["mul", true],
      ["sum", false],
    ]);
  });

  test("hint at gradients that are detached", () => {
    expect(hint(() => check.grad((x: Tensor) => x.detach().mul(3), tensor([1, 2])))).toContain(
      "it is detached on the way",
    );
    expect(hint(() => check.grad((x: Tensor) => tensor(x.toArray<number[]>()).mul(3), tensor([1, 2])))).toContain(
      "detached",
    );
    expect(hint(() => check.grad((x: Tensor) => x.sum().item(), tensor([1, 2])))).toContain(
      "numbers carry no gradient",
    );
  });

  test("say which shapes a rule that throws had to fit", () => {
    class Straight extends Product {
      static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor[] {
        const [x, w] = ctx.savedTensors as [Tensor, Tensor];
        return [g.matmul(w), x.matmul(g)];
      }
    }
    const data = failure(() => check.backward(Straight, randn([2, 5]), randn([5, 3])));
    expect(data.sentence).toContain("no gradient was computed: ShapeError: matmul: inner sizes must agree");
    expect(data.facts.map(({ text }) => text)).toEqual(["[2, 5] and [5, 3]", "[2, 3], the shape of the result"]);
    expect(data.hints[0]).toContain("the gradient of each input must have that of the input");
  });

  test("name the input that is wrong among several", () => {
    const wrong = autograd.customGradient((x: Tensor, w: Tensor) => [
      x.matmul(w),
      (g: Tensor) => [g.matmul(w.t()), x.t().matmul(g).neg()],
    ]);
    const data = failure(() => check.grad(wrong, randn([3, 2]), randn([2, 4])));
    expect(data.sentence).toContain("the gradient of input 2 [2, 4]");
    expect(data.hints[0]).toContain("The sign is wrong");
    expect(data.table?.rows.map((row) => row[2])).toEqual(["right", "wrong"]);
  });

  test("refuse inputs without gradients, and what is no op", () => {
    expect(() => check.grad((x: Tensor) => x, tensor([1], { dtype: "int32" }))).toThrow("integers have no gradient");
    expect(() => check.grad((x: Tensor) => x)).toThrow("expected the inputs after the function");
    expect(() => check.backward(3)).toThrow("expected a class that extends autograd.Function");
  });
});

describe("same", () => {
  const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);

  test("passes for equal functions, also where both throw", () => {
    check.same(
      (x: Tensor) => x.exp().div(x.exp().sum(-1, true)),
      (x: Tensor) => x.softmax(-1),
      (r) => [r.tensor(r.shape(2))],
    );
    const strict = (n: number): number => {
      if (n < 0) throw new RangeError("negative");
      return Math.sqrt(n);
    };
    check.same(strict, strict, (r) => [r.number(-5, 5)]);
  });

  test("shows the simplest counterexample", () => {
    const data = failure(() =>
      check.same(
        (list: number[]) => (list.length > 3 ? 0 : sum(list)),
        sum,
        (r) => [r.list(9, (q) => q.integer(-9, 9))],
      ),
    );
    expect(data.facts[0]).toEqual({ name: "arguments", text: "[0, 0, 0, 1]" });
    expect(data.sentence).toBe("for the arguments ([0, 0, 0, 1]), expected 1, but got 0");
    const integers = failure(() =>
      check.same(
        (n: number) => (n < 13 ? n : 0),
        (n: number) => n,
        (r) => [r.integer(0, 1000)],
      ),
    );
    expect(Number(integers.facts[0]?.text)).toBeLessThan(100);
  });

  test("gives each function its own copies", () => {
    const clearing = (list: number[]): number => {
      const total = sum(list);
      list.fill(0);
      return total;
    };
    check.same(clearing, sum, (r) => [r.list(5, (q) => q.integer(1, 9))]);
    check.same(
      (x: Tensor) => x.zero_(),
      (x: Tensor) => x.mul(0),
      (r) => [r.tensor([2])],
    );
    expect(() =>
      check.same(
        (x: Tensor) => x.zero_(),
        (x: Tensor) => x,
        (r) => [r.tensor([2])],
      ),
    ).toThrow(CheckError);
  });

  test("reports errors and promises of the function", () => {
    const thrown = failure(() =>
      check.same(
        () => {
          throw new TypeError("no");
        },
        () => 1,
        () => [],
      ),
    );
    expect(thrown.sentence).toBe("for the arguments (), threw TypeError: no");
    expect(
      failure(() =>
        check.same(
          async () => 1,
          () => 1,
          () => [],
        ),
      ).sentence,
    ).toContain("got a promise");
    expect(() => check.same(sum, sum, 3 as never)).toThrow("the generator must be a function");
  });
});

describe("tape", () => {
  const y = (): Tensor => tensor([1, 2], { requiresGrad: true }).mul(3).softmax(0);

  test("knows ops by their names here and in PyTorch, and counts them", () => {
    check.tape(y(), { uses: ["mul", "softmax"], avoids: "exp", nodes: 2 });
    check.tape(() => y(), { uses: "nn.functional.softmax", nodes: "< 3" });
    check.tape(y(), { nodes: ">= 2" });
  });

  test("says what is missing, forbidden or too much", () => {
    expect(failure(() => check.tape(y(), { uses: "exp" })).sentence).toBe("exp is not on the tape");
    expect(failure(() => check.tape(y(), { avoids: "softmax" })).sentence).toBe("softmax is on the tape");
    const many = failure(() => check.tape(y(), { nodes: "< 2" }));
    expect(many.sentence).toBe("the tape has 2 ops");
    expect(many.tape?.rows.map(({ op }) => op)).toEqual(["mul", "softmax"]);
    const avoided = failure(() => check.tape(y(), { avoids: "softmax" }));
    expect(avoided.tape?.rows.map(({ failing }) => failing)).toEqual([false, true]);
    expect(failure(() => check.tape(tensor([1]), { nodes: 1 })).sentence).toContain("nothing was recorded");
    expect(() => check.tape(y(), { nodes: "few" })).toThrow(
      'nodes must be a number, or a bound such as "< 40", but got "few"',
    );
  });
});

describe("training", () => {
  const x = tensor(Array.from({ length: 40 }, (_, i) => [(i % 8) - 3.5, i / 20 - 1]));
  const y = x.select(1, 0).gt(0).to("int64");

  test("passes for a module that learns, and for a function that returns a predictor", () => {
    const model = new nn.Linear(2, 2);
    check.trains(model, { x, y }, { accuracy: 0.95, within: "20s", lr: 0.1 });
    check.trains(() => (z: Tensor) => z.select(1, 0), { x: x.gt(0).to("float32"), y }, { accuracy: 1 });
  });

  test("says what was reached", () => {
    const data = failure(() => check.trains(() => () => zeros([40, 2]), { x, y }, { accuracy: 0.9 }));
    expect(data.sentence).toBe("expected an accuracy of 90.0 %, but reached 50.0 %");
    expect(data.hints[0]).toContain("no better than guessing");
    expect(failure(() => check.trains(() => 3, { x, y }, { accuracy: 0.9 })).sentence).toContain("to return a model");
    expect(() => check.trains(() => 3, { x, y }, { accuracy: 2 })).toThrow("accuracy must be between 0 and 1");
    expect(() => check.trains(() => 3, { x, y }, { accuracy: 0.5, within: "soon" })).toThrow(
      'within must be a time such as "20s"',
    );
  });

  test("memory finds what grows", () => {
    check.memory(() => randn([500]));
    const kept: Tensor[] = [];
    const data = failure(() => check.memory(() => kept.push(randn([5000]))));
    expect(data.sentence).toMatch(/^memory grows by .* kB with each step$/);
  });

  test("memory finds graphs that grow, also those that save no tensor", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    check.memory(() => w.mul(2).sum().backward());
    let total: Tensor = tensor([0, 0]);
    const chain = failure(() =>
      check.memory(() => {
        total = total.add(w);
      }),
    );
    expect(chain.sentence).toBe("the graph grows by 1 op with each step");
    expect(chain.hints[0]).toContain("a sum of losses that are tensors");
    const kept: Tensor[] = [];
    expect(failure(() => check.memory(() => kept.push(w.add(1).neg()))).sentence).toBe(
      "the graph grows by 2 ops with each step",
    );
    // a host that gives no numbers
    for (const bytes of [Number.NaN, Infinity]) {
      const step = { bytes, nodes: bytes };
      const remote = createCheck({ host: { ...alone, memoryAfter: (_, n) => Array.from({ length: n }, () => step) } });
      expect(() => remote.memory(() => {})).toThrow(CheckError);
    }
  });
});

describe("throws", () => {
  const fail = (): never => {
    throw new RangeError("too large");
  };

  test("takes a class, a name or a pattern", () => {
    check.throws(fail);
    check.throws(fail, RangeError);
    check.throws(fail, "RangeError");
    check.throws(fail, /too large/);
    expect(failure(() => check.throws(fail, TypeError)).facts).toEqual([
      { name: "expected", text: "an error of class TypeError" },
      { name: "got", text: "RangeError: too large" },
    ]);
    expect(failure(() => check.throws(() => 3)).sentence).toContain("nothing was thrown");
  });

  test("waits for async functions", async () => {
    await check.throws(async () => fail(), RangeError);
    await expect(check.throws(async () => 3)).rejects.toThrow(CheckError);
  });
});

describe("parts", () => {
  const collected = (): {
    readonly check: Check;
    readonly parts: PartResult[];
    readonly shown: string[];
    readonly ran: string[];
  } => {
    const [parts, shown, ran]: [PartResult[], string[], string[]] = [[], [], []];
    const made = createCheck({
      host: {
        id: "ada",
        show: (bundle) => shown.push(String(bundle["text/plain"])),
        tapeOf: () => null,
        examine: () => null,
        memoryAfter: () => null,
        train: () => null,
        ran: (name, failed) => ran.push(`${name} ${failed === null}`),
        part: (part) => parts.push(part),
      },
    });
    return { check: made, parts, shown, ran };
  };

  test("give their points or none, and the sum once", () => {
    const { check: c, parts, shown, ran } = collected();
    c.part("right", 2, () => c.close(1, 1));
    c.part("wrong", 3, () => c.close(1, -1));
    c.part("throws", 0.5, () => {
      throw new TypeError("no");
    });
    expect(c.points()).toBe(2);
    expect(c.points()).toBe(0);
    expect(parts.map(({ earned }) => earned)).toEqual([2, 0, 0]);
    expect(shown[0]).toBe("✓ right (2 of 2)");
    expect(shown[1]).toContain("hint: The sign is wrong");
    expect(shown[2]).toContain("throws: threw TypeError: no");
    expect(ran).toEqual(["check.close true", "check.close false"]);
  });

  test("wait for async bodies, and refuse nesting and odd points", async () => {
    const { check: c } = collected();
    await c.part("async", 1, async () => c.close(1, 1));
    await c.part("async, wrong", 1, async () => c.close(1, 2));
    expect(c.points()).toBe(1);
    for (const points of [Number.NaN, Infinity, -1, "2"])
      expect(() => c.part("odd", points as number, () => {})).toThrow("check.part: the points");
    c.part("outer", 1, () => c.part("inner", 1, () => {}));
    expect(c.points()).toBe(0);
  });

  test("hint shows the hints of the last failure in turn", () => {
    const { check: c, shown } = collected();
    c.hint();
    c.part("wrong", 1, () => c.close([2, 4], [1, 2]));
    c.hint(1);
    c.hint(9);
    expect(shown[0]).toBe("No check has failed.");
    expect(shown.at(-2)).toContain("Hint 1 of 1: Every element is twice what is expected");
    expect(shown.at(-1)).toContain("has one hint");
  });

  test("hints of the instructor come first, in checks and parts", () => {
    const { check: c, shown } = collected();
    const own = ["Read the definition.", "Divide by n."];
    const data = failure(() => c.close([2, 4], [1, 2], { hint: own }));
    expect(data.hints.slice(0, 2)).toEqual(own);
    expect(data.hints[2]).toContain("twice");
    expect(failure(() => c.shape([1], [2], { hint: "Look at n." })).hints[0]).toBe("Look at n.");
    expect(failure(() => c.throws(() => 1, Error, { hint: "Throw." })).hints[0]).toBe("Throw.");
    c.part("gradient", 1, () => c.grad((x: Tensor) => x.detach(), tensor([1])), { hint: "Keep the tape." });
    expect(shown.at(-1)).toContain("hint: Keep the tape.");
    c.part("throws", 1, (): void => JSON.parse("{"), { hint: "Parse." });
    expect(shown.at(-1)).toContain("hint: Parse.");
    c.hint(1);
    expect(shown.at(-1)).toBe("Hint 1 of 1: Parse.");
    expect(() => c.close(1, 1, { hint: 3 as never })).toThrow("check.close: hint must be a text, or a list of texts");
  });

  test("shared takes tensors, modules, lists and records, and gives them to a grader once", () => {
    const given: Tensor[][] = [];
    const { check: plain } = collected();
    const made = createCheck({
      host: {
        ...alone,
        memoryAfter: () => null,
      },
      share: (tensors) => given.push([...tensors]),
    });
    const [a, b] = [tensor([1]), tensor([2])];
    const net = new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3));
    expect(made.shared(a, b)).toBe(a);
    const list = [a, { w: b }];
    expect(made.shared(list)).toBe(list);
    expect(made.shared(net, a)).toBe(net);
    const all = [a, b, ...net.parameters(), ...net.buffers()];
    // by identity, as a matcher reads the elements of tensors
    expect(given.map((tensors) => tensors.map((t) => all.indexOf(t)))).toEqual([
      [0, 1],
      [0, 1],
      [...all.keys()].slice(2).concat(0),
    ]);
    expect(plain.shared(net)).toBe(net);
    for (const wrong of [3, "w", null, new Map()])
      expect(() => made.shared(wrong as never)).toThrow(
        "check.shared: expected tensors, modules, or lists and records",
      );
  });

  test("inputs depend on the student's id, and equal ids give equal inputs", () => {
    const { check: c } = collected();
    const draw = (check: Check): number => check.random("task").integer(0, 1e9);
    expect(draw(c)).toBe(draw(c));
    expect(draw(c)).not.toBe(draw(check));
    c.student("somebody else");
    expect(draw(c)).toBe(draw(collected().check));
  });
});

test("a failure shows as text and as HTML without styles but the padding of cells", () => {
  let error: unknown;
  try {
    check.close(tensor([1, 2]), ["<b>", 2]);
  } catch (thrown) {
    error = thrown;
  }
  const bundle = Reflect.get(error as object, Symbol.for("Jupyter.display")).call(error) as Record<string, string>;
  expect(Object.keys(bundle)).toEqual([checkOutput.mime, "text/html", "text/plain"]);
  expect(bundle["text/html"]).toContain("&lt;b&gt;");
  expect(bundle["text/html"]).not.toMatch(/style="(?!padding)|script|class=/);
  expect((error as Error).message).toBe(bundle["text/plain"]?.split("\n  tape")[0]);
});

describe("progress", () => {
  /** Returns checks, and the texts that they show. */
  function session(): { readonly own: Check; readonly shown: string[]; readonly html: string[] } {
    const shown: string[] = [];
    const html: string[] = [];
    const show = (bundle: Readonly<Record<string, unknown>>): void => {
      shown.push(String(bundle["text/plain"]));
      html.push(String(bundle["text/html"]));
    };
    const nothing = (): null => null;
    const remote = { tapeOf: nothing, examine: nothing, memoryAfter: nothing, train: nothing };
    const host = { id: "", show, ...remote, ran: () => {}, part: () => {} };
    return { own: createCheck({ host }), shown, html };
  }

  test("counts checks and points of each exercise, and shows the last hint", () => {
    const { own, shown, html } = session();
    own.progress();
    own.close(1, 1);
    own.exercise("1. Mean");
    own.part("value", 2, () => own.close(1, 1));
    own.part("gradient", 1.5, () => own.close(2, 1));
    own.exercise("2. <Softmax>");
    own.progress();
    expect(shown[0]).toBe("No check has run.");
    expect(shown.at(-1)).toBe(
      [
        "✓  checks        1 of 1 checks",
        "✗  1. Mean       1 of 2 checks  2 of 3.5 points  The result is twice what is expected: a factor of two is too much.",
        "…  2. <Softmax>  0 of 0 checks",
      ].join("\n"),
    );
    expect(html.at(-1)).toContain('<progress max="3.5" value="2" aria-label="1. Mean: 1 of 2 checks">');
    expect(html.at(-1)).toContain("2. &lt;Softmax&gt;");
  });

  test("gives the hints of the last failure one by one", () => {
    const { own, shown, html } = session();
    own.hint();
    expect(() => own.close([2, 4], [1, 2])).toThrow(CheckError);
    own.hint();
    own.hint(9);
    expect(() => own.throws(() => 1, /<x>/)).toThrow(CheckError);
    own.hint(1);
    expect(shown[0]).toBe("No check has failed.");
    expect(shown[1]).toMatch(/^Hint 1 of \d: Every element is twice what is expected/);
    expect(shown[2]).toMatch(/^check.close has (one hint|\d hints)\.$/);
    expect(html[3]).toBe("<p>Hint 1 of 1: Check the arguments first, and throw before anything is computed.</p>");
    for (const n of [0, 1.5, Number.NaN]) expect(() => own.hint(n)).toThrow("check.hint: n must be an integer from 1");
  });

  test("begins an exercise anew when its cell runs again", () => {
    const { own, shown } = session();
    own.exercise("1");
    expect(() => own.close(2, 1)).toThrow(CheckError);
    own.exercise("1");
    own.close(1, 1);
    own.progress();
    expect(shown.at(-1)).toBe("✓  1  1 of 1 checks");
  });

  test("needs a name", () => {
    const { own } = session();
    expect(() => own.exercise("")).toThrow("check.exercise: expected the name of an exercise");
    expect(() => own.exercise(3 as unknown as string)).toThrow("but got 3");
  });
});
