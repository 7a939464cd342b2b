/** Random sequences of cells: each gets a reply, and values, types and output agree with a model. */
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestKernel } from "../support/kernel.ts";
import { fc } from "../support/random.ts";

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await TestKernel.start();
  await kernel.run('import { tensor } from "tapelab";');
});

afterAll(async () => {
  await kernel?.stop();
});

type Value =
  | number
  | string
  | boolean
  | readonly number[]
  | { readonly k: number }
  | { readonly tensor: readonly number[] };

const isTensor = (v: Value): v is { readonly tensor: readonly number[] } => typeof v === "object" && "tensor" in v;
const source = (v: Value): string => (isTensor(v) ? `tensor(${JSON.stringify(v.tensor)})` : JSON.stringify(v));

/** Returns a pattern for the explanation of a variable with the value. */
function typePattern(v: Value): RegExp {
  if (isTensor(v)) return /: Tensor$/m;
  if (Array.isArray(v)) return /: number\[\]$/m;
  if (typeof v === "object") return /: \{\s*k: number;\s*\}$/m;
  return new RegExp(`: (${typeof v}|${source(v).replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")})$`, "m");
}

const name = fc.constantFrom("a", "b", "c", "__d", "$e");
const value: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -99, max: 99 }),
  fc.string({ maxLength: 6, unit: fc.constantFrom("x", "é", "😀", " ", "'", "\\", "`", "\n") }),
  fc.boolean(),
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }),
  fc.integer({ min: 0, max: 9 }).map((k) => ({ k })),
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }).map((tensor) => ({ tensor })),
);

const cell = fc.oneof(
  fc.record({
    kind: fc.constant("declare"),
    name,
    value,
    form: fc.constantFrom("const", "let", "var", "export const"),
  }),
  fc.record({ kind: fc.constant("await"), name, value }),
  fc.record({ kind: fc.constant("assign"), name }),
  fc.record({ kind: fc.constant("show"), name }),
  fc.record({ kind: fc.constant("closure"), name }),
  fc.record({ kind: fc.constant("arithmetic"), name }),
  fc.record({ kind: fc.constant("destructure"), values: fc.tuple(value, value) }),
  fc.record({ kind: fc.constant("function"), name, value }),
  fc.record({ kind: fc.constant("class"), value }),
  fc.record({ kind: fc.constant("loop"), name, times: fc.integer({ min: 0, max: 50 }) }),
  fc.record({ kind: fc.constant("print"), lines: fc.integer({ min: 0, max: 3_000 }) }),
  fc.record({ kind: fc.constant("throw"), name, value }),
  fc.record({ kind: fc.constant("mistype"), name }),
  fc.record({
    kind: fc.constant("nonsense"),
    text: fc.constantFrom("const = 1", "let x: = 2", "foo(", "}", "`", "'", "/*"),
  }),
  fc.record({ kind: fc.constant("empty"), text: fc.constantFrom("", " \n", "// nothing", ";;") }),
);

type Cell = typeof cell extends fc.Arbitrary<infer T> ? T : never;

class Model {
  readonly #values = new Map<string, Value>();
  readonly #mutable = new Set<string>();

  async run(step: Cell): Promise<void> {
    switch (step.kind) {
      case "declare": {
        this.#set(step.name, step.value, step.form === "let" || step.form === "var");
        await this.#quiet(`${step.form} ${step.name} = ${source(step.value)};`);
        return this.#checkType(step.name);
      }
      case "await": {
        this.#set(step.name, step.value, true);
        await this.#quiet(`await Promise.resolve();\nlet ${step.name} = ${source(step.value)};\nawait undefined;`);
        return this.#checkType(step.name);
      }
      case "assign": {
        const was = this.#values.get(step.name);
        if (typeof was !== "number" || !this.#mutable.has(step.name)) return;
        this.#values.set(step.name, was + 1);
        return this.#quiet(`${step.name} += 1;`);
      }
      case "show":
        return this.#shows(step.name, step.name);
      case "closure": {
        // a function of an earlier cell sees the value that a later one sets
        if (!this.#values.has(step.name)) return;
        await this.#quiet(`const see = () => ${step.name};`);
        const next: Value = this.#values.get(step.name) as Value;
        await this.#quiet(`const ${step.name} = ${source(next)};`);
        this.#mutable.delete(step.name);
        return this.#shows("see()", step.name);
      }
      case "arithmetic": {
        const v = this.#values.get(step.name);
        if (v === undefined || !isTensor(v)) return;
        const { result } = await kernel.run(`(2 * ${step.name} - -${step.name} / 1).toArray()`);
        return expect(result, `arithmetic on ${step.name}`).toBe(inspect(v.tensor.map((x) => 3 * x)));
      }
      case "destructure": {
        const [a, b] = step.values;
        this.#set("a", a, true);
        this.#set("b", b, true);
        await this.#quiet(`let { a, x: [, b] } = { a: ${source(a)}, x: [0, ${source(b)}] as const };`);
        await this.#shows("a", "a");
        return this.#shows("b", "b");
      }
      case "function": {
        // called above its declaration, and again from the next cell
        this.#set(step.name, step.value, false);
        await this.#quiet(`const ${step.name} = make();\nfunction make() { return ${source(step.value)}; }`);
        return this.#shows("make()", step.name);
      }
      case "class": {
        const shown = isTensor(step.value) ? "held.v.toArray()" : "held.v";
        await this.#quiet(`class Held { v = ${source(step.value)}; }\nconst held = new Held();`);
        const { result } = await kernel.run(shown);
        return expect(result, shown).toBe(inspect(isTensor(step.value) ? step.value.tensor : step.value));
      }
      case "loop": {
        this.#set(step.name, step.times, true);
        await this.#quiet(
          `let ${step.name} = 0;\nfor (let i = 0; i < ${step.times}; i++) { const ${step.name}2 = i; ${step.name} += ${step.name}2 - i + 1; }`,
        );
        return this.#shows(step.name, step.name);
      }
      case "print": {
        const run = await kernel.run(`for (let i = 0; i < ${step.lines}; i++) console.log("line", i);`);
        const wanted = Array.from({ length: step.lines }, (_, i) => `line ${i}\n`).join("");
        expect(run.stdout === wanted, `${step.lines} lines, whole and in order`).toBe(true);
        return expect(run.stderr).toBe("");
      }
      case "throw": {
        this.#set(step.name, step.value, false);
        const run = await kernel.run(
          `const ${step.name} = ${source(step.value)};\nthrow new RangeError("on purpose");`,
        );
        return expect(run.error).toMatchObject({ ename: "RangeError", evalue: "on purpose" });
      }
      case "mistype": {
        const run = await kernel.run(`const ${step.name}: number = "text";`);
        expect(run.error?.ename).toBe("CompileError");
        return this.#shows(step.name, step.name);
      }
      case "nonsense": {
        const run = await kernel.run(step.text);
        return expect(run.error?.ename, `a cell of ${step.text}`).toBe("CompileError");
      }
      case "empty":
        return this.#quiet(step.text);
    }
  }

  #set(variable: string, v: Value, mutable: boolean): void {
    this.#values.set(variable, v);
    if (mutable) this.#mutable.add(variable);
    else this.#mutable.delete(variable);
  }

  async #quiet(code: string): Promise<void> {
    const run = await kernel.run(code);
    expect(run, `the cell ${code}`).toEqual({
      status: "ok",
      result: null,
      displayed: "",
      stdout: "",
      stderr: "",
      error: null,
    });
  }

  async #shows(code: string, variable: string): Promise<void> {
    const v = this.#values.get(variable);
    if (v === undefined) return;
    const run = await kernel.run(isTensor(v) ? `${code}.toArray()` : code);
    expect(run.result, `${code}, ${JSON.stringify(run.error)}`).toBe(inspect(isTensor(v) ? v.tensor : v));
  }

  async #checkType(variable: string): Promise<void> {
    const v = this.#values.get(variable) as Value;
    expect(await kernel.explain(variable), `the type of ${variable} = ${source(v)}`).toMatch(typePattern(v));
  }
}

test("values, types and output of random sequences agree with a model", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 4, maxLength: 16 }), async (steps) => {
      const model = new Model();
      for (const step of steps) await model.run(step);
      expect(kernel.process.exitCode).toBe(null);
    }),
    { numRuns: 60 },
  );
});
