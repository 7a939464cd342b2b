/** The folders of the kernel's sources form a hierarchy: each imports only the folders that are listed for it, and no two files import each other. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

/** The folders that each folder may import besides itself; "." is the entry points beside the folders. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  "wire/protocol": ["shared"],
  "wire/answers": ["shared", "wire/protocol"],
  "wire/outputs": ["shared", "wire/protocol"],
  "wire/debugging": ["shared", "wire/protocol", "wire/answers"],
  "wire/breakpoints": ["shared", "wire/debugging"],
  "wire/supervision": ["shared", "wire/debugging"],
  wire: [
    "shared",
    "wire/protocol",
    "wire/answers",
    "wire/outputs",
    "wire/debugging",
    "wire/breakpoints",
    "wire/supervision",
  ],
  "language/compiler": ["shared"],
  "language/rewrite": ["shared", "language/compiler"],
  "language/emit": ["shared", "language/compiler"],
  "language/debugging": ["shared", "language/compiler", "language/emit", "language/rewrite"],
  "language/cells": ["shared", "language/compiler"],
  "language/diagnostics": ["shared", "language/compiler", "language/rewrite"],
  "language/assist": ["shared", "language/compiler", "language/rewrite"],
  language: [
    "shared",
    "language/compiler",
    "language/rewrite",
    "language/emit",
    "language/debugging",
    "language/cells",
    "language/diagnostics",
    "language/assist",
  ],
  "main/values": [],
  "main/execution": ["shared"],
  "main/process": ["main/execution"],
  "main/locations": ["shared", "main/values"],
  "main/breakpoints": ["shared", "main/execution", "main/output"],
  "main/debugging": ["shared", "main/values", "main/locations", "main/display"],
  "main/errors": ["shared", "main/values", "main/locations"],
  "main/output": ["shared", "main/execution"],
  "main/display": ["shared", "main/values", "main/execution", "main/output"],
  "main/frontend": ["shared", "main/values", "main/execution"],
  "main/modules": ["shared", "main/locations"],
  "main/interrupts": ["shared", "main/execution", "main/locations", "main/errors"],
  "main/cells": [
    "shared",
    "main/values",
    "main/execution",
    "main/locations",
    "main/errors",
    "main/output",
    "main/display",
    "main/modules",
    "main/interrupts",
  ],
  "notebook/plot": ["main/display"],
  "notebook/interact": ["shared", "main/values", "main/execution", "main/display", "main/frontend", "main/errors"],
  notebook: ["main/values", "main/execution", "main/display", "main/frontend", "notebook/plot", "notebook/interact"],
  main: [
    "shared",
    "main/execution",
    "main/process",
    "main/locations",
    "main/errors",
    "main/output",
    "main/display",
    "main/frontend",
    "main/modules",
    "main/interrupts",
    "main/cells",
    "main/breakpoints",
    "main/debugging",
    "notebook",
    "notebook/interact",
  ],
  "grading/wire": [],
  "grading/sandbox": ["grading/wire"],
  // the sandbox's globals are also those of tests
  "grading/judge": ["shared", "language", "grading/wire", "grading/sandbox"],
  ".": ["main", "language/rewrite"],
};

/** The files that may import or resolve each of these packages. */
const importersOf: Readonly<Record<string, RegExp>> = {
  tslab: /^language\/compiler\/(converter|typescript)\.ts$/,
  typescript: /^(language\/compiler\/(typescript|tslab-fork)|wire\/answers\/kernel-info)\.ts$/,
  zeromq: /^wire\/protocol\/sockets\.ts$/,
  tapelab:
    /^(main|notebook|grading|wire\/breakpoints)\/|^language\/(compiler\/options|rewrite\/index-text)\.ts$|^shared\/(messages|tape-stops)\.ts$/,
  "enhanced-resolve": /^shared\/module-resolver\.ts$/,
};

const source = inRoot("kernel/src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((f) => f.endsWith(".ts"))
  .map((f) => f.replaceAll("\\", "/"));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly type: boolean;
}

const textOf = (file: string): string => readFileSync(`${source}/${file}`, "utf8");

const importsOf = (file: string): Import[] =>
  [
    ...textOf(file).matchAll(
      /^(?:import|export)\s+(?:(type)\s)?[^;"']*?from\s+"([^"]+)"|^import ()"([^"]+)"|\bimport()\("([^"]+)"\)/gms,
    ),
  ].flatMap(([, type, ...specifiers]) => {
    const to = specifiers.find((s) => s?.startsWith("."));
    if (to === undefined) return [];
    const path = relative(source, new URL(to, `file://${source}/${file}`).pathname).replaceAll("\\", "/");
    return [{ from: file, to: path, type: type === "type" }];
  });

const imports = files.flatMap(importsOf);
const folderOf = (file: string): string => (file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".");
const arrow = ({ from, to }: Import): string => `${from} -> ${to}`;

/** Returns the cycles of a graph, each as the names on it. */
function cyclesOf(edges: readonly { readonly from: string; readonly to: string }[]): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) cycles.push([...path.slice(path.indexOf(name)), name].join(" -> "));
    if (path.includes(name) || done.has(name)) return;
    for (const { from, to } of edges) if (from === name) visit(to, [...path, name]);
    done.add(name);
  };
  for (const { from } of edges) visit(from, []);
  return cycles;
}

test.each(Object.keys(allowed))("kernel/src/%s imports only the folders listed for it", (name) => {
  const wrong = imports.filter(
    (i) => folderOf(i.from) === name && folderOf(i.to) !== name && !allowed[name]?.includes(folderOf(i.to)),
  );
  expect(wrong.map(arrow)).toEqual([]);
});

test("every folder has a rule, and every rule a folder and a use", () => {
  expect(new Set(files.map(folderOf))).toEqual(new Set(Object.keys(allowed)));
  const used = new Set(imports.map((i) => `${folderOf(i.from)} -> ${folderOf(i.to)}`));
  const listed = Object.entries(allowed).flatMap(([from, to]) => to.map((each) => `${from} -> ${each}`));
  expect(listed.filter((edge) => !used.has(edge))).toEqual([]);
});

test("no files of the kernel import each other in a cycle, not even for types", () => {
  expect(cyclesOf(imports)).toEqual([]);
});

test.each(Object.entries(importersOf))("the package %s is named only where it is wrapped", (name, allowedFiles) => {
  const named = new RegExp(
    `^(?:import|export)\\s[^;"']*from "${name}(?:/[^"]*)?"|(?:import|require|resolve)\\("${name}(?:/[^"]*)?"`,
    "m",
  );
  const importers = files.filter((f) => named.test(textOf(f)));
  expect(importers.filter((f) => !allowedFiles.test(f))).toEqual([]);
  expect(importers).not.toEqual([]);
});

test("every relative import leads to a file", () => {
  expect(imports.filter(({ to }) => !existsSync(`${source}/${to}`)).map(arrow)).toEqual([]);
});

test("the paths in CONTRIBUTING's sections on the kernel exist", () => {
  const text = readFileSync(inRoot("CONTRIBUTING.md"), "utf8");
  const section = text.slice(text.indexOf("## Adding something that cells can call"), text.indexOf("\n## Style"));
  const paths = [...section.matchAll(/`((?:kernel|test|shared|wire|language|main|notebook)\/[\w./-]+)`/g)].map(
    (m) => m[1] ?? "",
  );
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(inRoot(path)) && !existsSync(`${source}/${path}`))).toEqual([
    "kernel/src/notebook/NAME.ts",
  ]);
});
