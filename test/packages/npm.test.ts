/** The npm package of the engine: packed, installed in an empty project, imported and type-checked. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const project = mkdtempSync(join(tmpdir(), "tapelab-npm-"));

beforeAll(() => {
  const shell = process.platform === "win32";
  execFileSync(npm, ["pack", "--pack-destination", project, inRoot("engine")], { stdio: "pipe", shell });
  const tarball = readdirSync(project).find((f) => f.endsWith(".tgz"));
  writeFileSync(join(project, "package.json"), '{ "type": "module", "private": true }\n');
  execFileSync(npm, ["install", "--no-audit", "--no-fund", "--ignore-scripts", `./${tarball}`], {
    cwd: project,
    stdio: "pipe",
    shell,
  });
  cpSync(inRoot("test/packages/fixtures/cell.ts"), join(project, "cell.ts"));
});

test("runs as an ES module", () => {
  writeFileSync(
    join(project, "run.js"),
    'import { tensor } from "tapelab";\nconst x = tensor([1, 2], { requiresGrad: true });\nx.mul(x).sum().backward();\nconsole.log(x.grad.toArray().join());\n',
  );
  expect(execFileSync(process.execPath, ["run.js"], { cwd: project, encoding: "utf8" })).toBe("2,4\n");
});

test("contains the licence and no sources", () => {
  const files = readdirSync(join(project, "node_modules/tapelab"));
  expect(files).toContain("LICENSE");
  expect(files).not.toContain("src");
});

test("has the licences of the libraries in its bundles", () => {
  const lab = JSON.parse(readFileSync(inRoot("extension/labextension/static/third-party-licenses.json"), "utf8")) as {
    packages: { name: string; extractedText: string }[];
  };
  const inLab = lab.packages.map(({ name, extractedText }) => `${name}\n${extractedText}`).join("\n");
  const notices = [join(project, "node_modules/tapelab/dist"), inRoot("kernel/dist"), inRoot("extension/lib")].map(
    (folder) => readFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), "utf8"),
  );
  for (const name of ["@dagrejs/dagre", "@dagrejs/graphlib"]) {
    const licence = readFileSync(inRoot("node_modules", name, "LICENSE"), "utf8").trim();
    for (const text of [...notices, inLab]) {
      expect(text).toContain(name);
      expect(text).toContain(licence);
    }
  }
  // parts of its standard library are in the WebAssembly module
  for (const text of notices.slice(0, 2)) expect(text).toContain("assemblyscript");
});

/** Lines of the fixture that are marked as mistakes. */
const mistakes = readFileSync(inRoot("test/packages/fixtures/cell.ts"), "utf8")
  .split("\n")
  .flatMap((line, i) => (line.endsWith("// mistake") ? [i + 1] : []));

describe.each([
  [
    "TypeScript 7",
    inRoot("node_modules/typescript/bin/tsc"),
    ["--module", "nodenext", "--strict", "false", "--types", ""],
  ],
  [
    "the kernel's TypeScript 6",
    inRoot("kernel/node_modules/typescript/bin/tsc"),
    ["--module", "esnext", "--moduleResolution", "bundler", "--skipLibCheck"],
  ],
])("%s", (_name, tsc, options) => {
  test("reports every mistake in a cell, and nothing else", () => {
    const { stdout } = spawnSync(
      process.execPath,
      [tsc, "--noEmit", "--target", "es2022", "--lib", "es2022", ...options, "cell.ts"],
      { cwd: project, encoding: "utf8" },
    );
    const lines = [...stdout.matchAll(/^cell\.ts\((\d+),\d+\): error/gm)].map((m) => Number(m[1]));
    expect(lines, stdout).toEqual(mistakes);
    expect(stdout).not.toMatch(/^(?!cell\.ts)\S.*error TS/m);
  });
});
