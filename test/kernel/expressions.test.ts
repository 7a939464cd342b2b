/**
 * Random expressions. On numbers they have JavaScript's value, and on tensors the value of explicit calls of ops with JavaScript's precedence and order of
 * evaluation. `CELLS=500 SEED=7` sets the number of cells and the seed.
 */
import { runInThisContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestKernel } from "../support/kernel.ts";

const cells = Number(process.env["CELLS"] ?? 10);
let state = Number(process.env["SEED"] ?? 1);
const perCell = 30;

/** The Park–Miller random number generator. */
const random = (below: number): number => {
  state = (state * 48271) % 2147483647;
  return state % below;
};
const pick = <T>(items: readonly T[]): T => items[random(items.length)];

const calls = { "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "remainder", "**": "pow" } as const;
type Operator = keyof typeof calls;
const levels: Readonly<Record<Operator, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "**": 4 };
const unaryLevel = 3;

/** An expression in two forms. */
interface Expression {
  /** With operators. */
  readonly typed: string;
  /** With calls of ops. */
  readonly called: string;
  /** Its precedence. */
  readonly level: number;
  readonly isTensor: boolean;
}

const leaves = ["a", "b", "m", "n", "2", "o.t", "list[0]!", "(n > 1 ? a : b)", "id(a)", "id(n)"];

function leaf(): Expression {
  const typed = pick(leaves);
  return { typed, called: typed, level: 5, isTensor: /\b[abt]\b|list/.test(typed) };
}

function parenthesized(e: Expression, level: number): Expression {
  return e.level < level || random(6) === 0 ? { ...e, typed: `(${e.typed})`, level: 5 } : e;
}

function unary(depth: number): Expression {
  const inner = expression(depth - 1);
  // `-x ** 2` is a syntax error
  const operand = parenthesized(inner, inner.level === levels["**"] ? 5 : unaryLevel);
  const sign = pick(["-", "+"]);
  const called = !operand.isTensor
    ? `(${sign} ${operand.called})`
    : sign === "-"
      ? `neg(${operand.called})`
      : operand.called;
  return { typed: `${sign} ${operand.typed}`, called, level: unaryLevel, isTensor: operand.isTensor };
}

function binary(depth: number): Expression {
  const operator = pick(Object.keys(calls) as Operator[]);
  const level = levels[operator];
  const isPower = operator === "**";
  const left = parenthesized(expression(depth - 1), isPower ? 5 : level);
  const right = parenthesized(expression(depth - 1), isPower ? unaryLevel : level + 1);
  const isTensor = left.isTensor || right.isTensor;
  const called = isTensor
    ? `${calls[operator]}(${left.called}, ${right.called})`
    : `(${left.called} ${operator} ${right.called})`;
  return { typed: `${left.typed}${pick([" ", "\n  "])}${operator} ${right.typed}`, called, level, isTensor };
}

function expression(depth: number): Expression {
  if (depth === 0) return leaf();
  return random(4) === 0 ? unary(depth) : binary(depth);
}

const setting = `import { add, div, mul, neg, pow, remainder, sub, tensor, type Tensor } from "tapelab";
const [a, b] = [tensor([1.5, 2, 3]), tensor([2, -1, 4])];
let [m, n] = [3, 1.5];
const o = { t: tensor([0.5, 1, 2]) };
const list = [tensor([1, 1, 2])];
function id<T>(x: T): T { return x; }`;

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await TestKernel.start();
  expect((await kernel.run(setting)).error).toBeNull();
});

afterAll(async () => {
  await kernel?.stop();
});

test(`${cells * perCell} expressions`, { timeout: 3_600_000 }, async () => {
  for (let i = 0; i < cells; i++) {
    const made = Array.from({ length: perCell }, () => expression(1 + random(4)));
    const shown = (text: string, { isTensor }: Expression): string =>
      isTensor ? `String((${text}).toArray())` : `String(${text})`;
    const typed = await kernel.run(`print(JSON.stringify([\n${made.map((e) => shown(e.typed, e)).join(",\n")}]))`);
    expect(typed.error?.evalue).toBeUndefined();
    const called = await kernel.run(`print(JSON.stringify([\n${made.map((e) => shown(e.called, e)).join(",\n")}]))`);
    expect(called.error?.evalue).toBeUndefined();
    const [is, wanted] = [typed, called].map(({ stdout }) => JSON.parse(stdout) as string[]);
    const wrong = made.flatMap((e, k) =>
      is?.[k] === wanted?.[k] ? [] : [`${e.typed} is ${is?.[k]}, and ${e.called} ${wanted?.[k]}`],
    );
    expect(wrong).toEqual([]);
  }
});

test("numbers, strings and bigints keep their values", { timeout: 600_000 }, async () => {
  const code = `const log: string[] = []; const say = <T>(name: string, x: T): T => { log.push(name); return x; };
let k = 2; k **= say("a", 3) - -1; k %= 7; k++; let s = "x"; s += k; s += 1n; let g = 5n; g *= 2n ** 3n; g -= -g % 7n;
const r = [k, s, String(g), 2 ** 3 ** 2, (-2) ** 2, - (2 ** 2), say("b", 1) + say("c", 2) * say("d", 3), 7 % -3, -7 % 3, 1 - - 1, 1 + + "3", "4" + 2 * 3, [k--, --k, k++ + ++k].join(), log.join("")];`;
  const wanted = runInThisContext(
    `(() => { ${code.replace(": string[]", "").replace(/<T>\((.*?)\): T/, "(name, x)")} return JSON.stringify(r); })()`,
  );
  expect((await kernel.run(`${code}\nprint(JSON.stringify(r))`)).stdout).toBe(`${wanted}\n`);
});
