/** The recipe of CONTRIBUTING, "Adding an op", followed in a copy of the repository: the op is exported, typed, a method, documented, swept, and called in a cell. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestKernel } from "../support/kernel.ts";
import { inRoot } from "../support/paths.ts";

const copy = mkdtempSync(join(tmpdir(), "tapelab-recipe-"));
const inCopy = (...parts: string[]): string => join(copy, ...parts);

/** The file, the code and the line of the recipe. */
function recipe(): { readonly file: string; readonly code: string; readonly line: string; readonly index: string } {
  const text = readFileSync(inRoot("CONTRIBUTING.md"), "utf8");
  const section = text.slice(text.indexOf("## Adding an op"), text.indexOf("### How methods come about"));
  const [, file] = /new file `(engine\/src\/ops\/[\w/-]+\.ts)`/.exec(section) as unknown as [string, string];
  const [, block] = /```ts\n([^]*?)```/.exec(section) as unknown as [string, string];
  const [, line, index] = /`(export \* from "[^"]+";)` in `([^`]+)`/.exec(section) as unknown as [
    string,
    string,
    string,
  ];
  return { file, code: block.replace(/^ {3}/gm, ""), line, index };
}

const node = (args: readonly string[], cwd = copy): string =>
  execFileSync(process.execPath, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** Links every package but this one, which is the copy's own engine. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((n) => n !== "tapelab"))
    symlinkSync(join(from, name), join(to, name), "junction");
}

beforeAll(() => {
  const built = new Set(["node_modules", "dist", "labextension"]);
  for (const name of ["engine", "kernel", "scripts", "test", "tsconfig.json", "package.json", "vitest.config.ts"])
    cpSync(inRoot(name), inCopy(name), { recursive: true, filter: (path) => !built.has(basename(path)) });
  cpSync(inRoot("kernel", "dist"), inCopy("kernel", "dist"), { recursive: true });
  linkPackages(inRoot("node_modules"), inCopy("node_modules"));
  symlinkSync(inCopy("engine"), inCopy("node_modules", "tapelab"), "junction");
  if (existsSync(inRoot("kernel", "node_modules")))
    linkPackages(inRoot("kernel", "node_modules"), inCopy("kernel", "node_modules"));
  const { file, code, line, index } = recipe();
  writeFileSync(inCopy(file), code);
  appendFileSync(inCopy(index), `${line}\n`);
  node([inCopy("scripts", "signatures.mjs")]);
  node([inRoot("node_modules", "typescript", "bin", "tsc"), "-p", "engine"]);
  node([inRoot("node_modules", "rolldown", "bin", "cli.mjs"), "-c", "rolldown.config.mjs"], inCopy("engine"));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

test("it is exported, a method, and has an in-place form", () => {
  const code = `import { haversine, tensor } from "tapelab";
    const x = tensor([0, 1], { requiresGrad: true });
    haversine(x).sum().backward();
    console.log(x.grad.toArray()[0], x.haversine().toArray()[0], tensor([0, 0]).haversine_().toArray().join());`;
  writeFileSync(inCopy("run.mjs"), code);
  expect(node([inCopy("run.mjs")])).toBe("0 0 0,0\n");
});

test("it is typed, as a function and as methods, and its arguments are checked", () => {
  const lines = [
    'import { haversine, tensor, type Tensor } from "tapelab";',
    "export const y: Tensor = haversine(tensor([1])).haversine().haversine_();",
    "haversine(1); // mistake",
    "y.haversine(1); // mistake",
  ];
  writeFileSync(inCopy("cell.ts"), lines.join("\n"));
  const tsc = inRoot("node_modules", "typescript", "bin", "tsc");
  const options = [
    "--ignoreConfig",
    "--noEmit",
    "--target",
    "es2022",
    "--lib",
    "es2022",
    "--module",
    "nodenext",
    "--types",
    "",
  ];
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, "cell.ts"], { cwd: copy, encoding: "utf8" });
  expect(
    [...stdout.matchAll(/^cell\.ts\((\d+),/gm)].map((m) => Number(m[1])),
    stdout,
  ).toEqual([3, 4]);
  writeFileSync(
    inCopy("wrong.mjs"),
    'import { haversine } from "tapelab";\ntry { haversine("a"); } catch (e) { console.log(e.message); }',
  );
  expect(node([inCopy("wrong.mjs")])).toContain("haversine: input must be");
});

test("the rules, its example and the sweep pass, with the op among what they check", () => {
  const report = inCopy("report.json");
  const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
  const files = [
    "test/rules/ops.test.ts",
    "test/docs/examples.test.ts",
    "test/sweep/ops.test.ts",
    "test/sweep/parameters.test.ts",
  ];
  const options = ["--project", "unit", "--reporter", "json", "--outputFile", report, "-t", "haversine|record says"];
  spawnSync(process.execPath, [vitest, "run", ...files, ...options], { cwd: copy, stdio: "ignore" });
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    readonly testResults: readonly {
      readonly name: string;
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
    }[];
  };
  for (const file of files) {
    const results = testResults.find(({ name }) => name.replaceAll("\\", "/").endsWith(file))?.assertionResults ?? [];
    const run = results.filter(({ status }) => status !== "pending" && status !== "skipped");
    expect(run.length, file).toBeGreaterThan(0);
    expect(
      run.filter(({ status }) => status !== "passed"),
      file,
    ).toEqual([]);
  }
});

test("a cell calls it", async () => {
  const kernel = await TestKernel.start(inCopy("kernel", "dist", "main.js"));
  try {
    const run = await kernel.run('import { tensor } from "tapelab";\ntensor([0]).haversine().add(2).item()');
    expect(run.error).toBeNull();
    expect(run.result).toBe("2");
    expect((await kernel.run('import { haversine } from "tapelab";\nhaversine("a")')).error?.evalue).toContain(
      "not assignable",
    );
  } finally {
    await kernel.stop();
  }
});
