/**
 * Names of earlier cells in every position of the grammar where an identifier may stand: a cell has the value that the same code has as one module
 * with the cell that declares the names. `CELLS=5000 SEED=7` sets the number of cells and the seed.
 */
import { stripTypeScriptTypes } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestKernel } from "../support/kernel.ts";
import { type Position, positions, wrappers } from "./positions.ts";

const cells = Number(process.env["CELLS"] ?? 60);
const seed = Number(process.env["SEED"] ?? 1);

const names = ["loss", "rate", "of", "type", "get", "async", "exports", "require", "module", "constructor"]
  .concat(["toString", "__proto__", "hasOwnProperty", "as", "from", "set", "$e", "Object", "Array2", "tsLastExpr"])
  .concat(["namespace", "declare", "readonly", "any", "satisfies", "keyof", "accessor", "defer"]);

/** Declarations of an earlier cell: numbers with the names, and objects and functions with properties and parameters of these names. */
const earlier = `import { inspect as $inspect } from "node:util";
let ${names.map((name, i) => `${name} = ${i + 1}`).join(", ")};
const bag = { ${names.map((name, i) => `["${name}"]: ${100 + i}`).join(", ")} };
const bags = [bag, bag];
function self(this: unknown, ...given: unknown[]) { return [typeof this, ...given.map(String)]; }
class Made { loss = 1; rate = 2; }`;

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await TestKernel.start();
});

afterAll(async () => {
  await kernel?.stop();
});

let state = seed;
/** The Park–Miller random number generator. */
const random = (below: number): number => {
  state = (state * 48271) % 2147483647;
  return state % below;
};

interface Cell extends Position {
  readonly names: readonly string[];
}

function cellOf(position: Position, depth: number): Cell {
  const pool = [...names];
  const chosen = Array.from({ length: 6 }, () => pool.splice(random(pool.length), 1)[0]);
  const fill = (text: string): string => text.replaceAll(/§(\d)/g, (_, i) => chosen[Number(i) - 1]);
  let cell: Position = { code: fill(position.code), value: fill(position.value) };
  for (let i = 0; i < depth; i++) {
    const wrap = wrappers[random(wrappers.length)];
    const outer = wrap(cell);
    cell = { code: fill(outer.code), value: fill(outer.value) };
  }
  return { ...cell, names: chosen };
}

const shown = (value: string): string => `$inspect(${value}, { depth: 20, breakLength: Infinity })`;

/** Returns the value of the code as one module; `null` if JavaScript rejects it, because some names are not allowed in some positions. */
async function asModule({ code, value }: Position): Promise<string | null> {
  const text = `${earlier}\n${code}\nexport const $shown = ${shown(value)};`;
  // the members of an enum are properties of an ordinary object, in which `__proto__` is special
  if (/enum E \{[^}]*\b__proto__\b/.test(text)) return null;
  let module: { readonly $shown: string };
  try {
    // Node does not support `accessor`; when read, such a member is like a field
    const plain = stripTypeScriptTypes(text.replace(/\baccessor (?=\S+ = 3;)/, ""), { mode: "transform" });
    module = await import(`data:text/javascript,${encodeURIComponent(`${plain}\n//${random(1e9)}`)}`);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw new Error(`as a module: ${String(error)}\n${text}`, { cause: error });
  }
  return module.$shown;
}

/** Differences between cells and modules. */
let differences: string[] = [];

/** Whether JavaScript accepts the program. */
async function check(position: Position, depth: number): Promise<boolean> {
  const cell = cellOf(position, depth);
  const wanted = await asModule(cell);
  if (wanted === null) return false;
  expect((await kernel.run(earlier)).error).toBeNull();
  const text = `${cell.code}\nprint(${shown(cell.value)})`;
  const run = await kernel.run(text);
  // an inner function called `exports` or `require` is renamed, so as not to hide the parameter of the compiled cell
  const seen = run.error?.evalue ?? run.stdout.slice(0, -1).replaceAll("$cell'", "'");
  if (seen !== wanted) differences.push(`${text}\n  is ${seen}\n  and as a module ${wanted}`);
  return true;
}

test("names of an earlier cell in each position of the grammar", { timeout: 600_000 }, async () => {
  differences = [];
  for (const position of positions) {
    let tries = 0;
    while (!(await check(position, 0)))
      if (++tries > 20) throw new Error(`never a program: ${position.code} ${position.value}`);
  }
  expect(differences).toEqual([]);
});

test(`names of an earlier cell in nested scopes of ${cells} cells`, { timeout: 3_600_000 }, async () => {
  differences = [];
  let ran = 0;
  for (let i = 0; i < cells; i++) {
    const position = positions[random(positions.length)];
    if (await check(position, 1 + random(3))) ran++;
  }
  expect(differences).toEqual([]);
  expect(ran).toBeGreaterThan(cells / 2);
});
