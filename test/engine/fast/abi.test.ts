/** The numbers by which TypeScript and AssemblyScript understand each other, in `engine/src/fast/abi`: both compile the same files. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";

type Numbers = Readonly<Record<string, number>>;

const abi = inRoot("engine/src/fast/abi");
const list = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((f) => f.endsWith(".ts"))
    .map((f) => f.replaceAll("\\", "/"));
const files = list(abi);
const numbersOf = async (file: string): Promise<Numbers> => ({ ...(await import(`${abi}/${file}`)) });

/** The sources of a side by path from its root. */
const sourcesIn = (folder: string): { readonly file: string; readonly text: string }[] =>
  list(inRoot(folder)).map((f) => ({ file: `${folder}/${f}`, text: readFileSync(inRoot(folder, f), "utf8") }));
const sides = {
  TypeScript: [...sourcesIn("engine/src/fast"), ...sourcesIn("engine/src/optim")].filter(
    ({ file }) => !file.includes("/abi/") && file !== "engine/src/fast/wasm/binary.ts",
  ),
  AssemblyScript: sourcesIn("engine/wasm"),
};
/** Returns the names of a file that the sources of a side use: those behind its namespace, or all of them where the namespace itself is a value. */
function usedNames(side: keyof typeof sides, file: string): { readonly names: Set<string>; readonly whole: boolean } {
  const names = new Set<string>();
  let whole = false;
  const path = file.replace(/\.ts$/, "");
  for (const { text } of sides[side]) {
    const imported = new RegExp(`import (?:\\* as (\\w+)|\\{ ([^}]+) \\}) from "[./\\w]*abi/${path}(?:\\.ts)?"`).exec(
      text,
    );
    if (imported === null) continue;
    const [, namespace, listed] = imported;
    for (const name of listed?.split(/,\s*/) ?? []) names.add(name);
    if (namespace === undefined) continue;
    for (const [, name] of text.matchAll(new RegExp(`\\b${namespace}\\.(\\w+)`, "g"))) names.add(name);
    // Object.keys(Unary), Slope[name], layoutOf(ConvJob), keyof typeof Unary
    whole ||= new RegExp(`\\((?:${namespace})\\)|\\b${namespace}\\[`).test(text);
  }
  return { names, whole };
}

describe.each(files)("%s", (file) => {
  test("declares integers with literal values, which both compilers read alike", async () => {
    const text = readFileSync(`${abi}/${file}`, "utf8").replace(/\/\*\*[^]*?\*\//g, "");
    const declared = [...text.matchAll(/^export const (\w+) = (\d+);$/gm)];
    expect(text.trim().split("\n").filter(Boolean).length).toBe(declared.length);
    expect(Object.fromEntries(declared.map(([, name, value]) => [name, Number(value)]))).toEqual(await numbersOf(file));
  });

  test("has names that the sources use, and no others", async () => {
    const all = Object.keys(await numbersOf(file));
    const used = (side: keyof typeof sides): string[] => {
      const { names, whole } = usedNames(side, file);
      expect(
        [...names].filter((name) => !all.includes(name)),
        side,
      ).toEqual([]);
      return whole ? all : [...names];
    };
    const [typescript, assemblyscript] = [used("TypeScript"), used("AssemblyScript")];
    const missing = (names: readonly string[]): string[] => all.filter((name) => !names.includes(name));
    if (dirname(file) === "codes") expect(missing(typescript), "codes that TypeScript does not use").toEqual([]);
    if (dirname(file) === "codes")
      expect(missing(assemblyscript), "codes that AssemblyScript does not use").toEqual([]);
    expect(missing([...typescript, ...assemblyscript])).toEqual([]);
    // AssemblyScript reads both halves of a float64 at the position of the lower one
    if (dirname(file) === "jobs" && typescript.length === all.length)
      expect(
        missing(assemblyscript).filter((name) => !name.endsWith("High")),
        "words that nobody reads",
      ).toEqual([]);
  });
});

test.each(files.filter((f) => dirname(f) === "codes"))("%s counts its codes from 0, each once", async (file) => {
  const codes = Object.values(await numbersOf(file)).sort((a, b) => a - b);
  expect(codes).toEqual(codes.map((_, i) => i));
});

test.each(files.filter((f) => dirname(f) === "jobs" && basename(f) !== "header.ts"))(
  "%s has each word once",
  async (file) => {
    const words = Object.values(await numbersOf(file));
    expect(new Set(words).size).toBe(words.length);
  },
);

test("lists in the words of a job do not reach into the word behind them", async () => {
  const [conv, window] = [await numbersOf("jobs/conv.ts"), await numbersOf("jobs/window.ts")];
  expect(conv["window"] + Object.keys(window).length).toBe(conv["isFloat64"]);
  const rows = await numbersOf("jobs/rows.ts");
  expect(rows["addresses"] + 8).toBe(rows["numberLow"]);
  const row = await numbersOf("jobs/optimizer-step.ts");
  expect(row["constants"] + Object.keys(await numbersOf("jobs/adam-step.ts")).length).toBe(row["isNesterov"]);
});

test("WebAssembly compares no op, kind or code with a bare number", () => {
  const bare = sides.AssemblyScript.flatMap(({ file, text }) =>
    [...text.matchAll(/\b(?:op|kind|code|pass|form) (?:[=!]=|[<>]=?) \d+|case \d+:/g)].map(
      ([found]) => `${file}: ${found}`,
    ),
  );
  expect(bare).toEqual([]);
});
