/** Completes the names of modules: files and folders, packages and their subpaths, and the aliases of a tsconfig.json or package.json. */
import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules, isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { engineModules, extensions, ModuleResolver } from "../../shared/module-resolver.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { pathSettings } from "../compiler/tsconfig.ts";
import { compiler } from "../compiler/typescript.ts";

/** A completion of a specifier. */
export interface SpecifierEntry {
  readonly text: string;
  readonly type: "file" | "folder" | "module";
}

/** The completions, and the range of the text that they replace. */
export interface SpecifierCompletions {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly SpecifierEntry[];
}

/** Whether a string literal is the specifier of a module. */
function isSpecifier(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  if (parent.moduleSpecifier === node || parent.kind === kind("ExternalModuleReference")) return true;
  if (parent.kind === kind("LiteralType")) return parent.parent?.kind === kind("ImportType");
  if (parent.kind !== kind("CallExpression") || parent.arguments?.[0] !== node) return false;
  const callee = parent.expression as SyntaxNode;
  if (callee.kind === kind("ImportKeyword") || callee.text === "require") return true;
  const owner = callee.expression;
  return callee.name?.text === "resolve" && (owner?.text === "require" || owner?.kind === kind("MetaProperty"));
}

/** Returns the range between the quotes of the specifier at an offset; `null` if there is none. */
function specifierAt(code: string, position: number): { readonly start: number; readonly end: number } | null {
  const file = compiler.createSourceFile("cell.ts", code, compiler.ScriptTarget.Latest, true);
  let found: { start: number; end: number } | null = null;
  const visit = (node: SyntaxNode): void => {
    const start = node.getStart(file) + 1;
    if (/^(String|NoSubstitutionTemplate)Literal$/.test(compiler.SyntaxKind[node.kind] ?? "") && isSpecifier(node)) {
      // a string that is not closed ends with its line
      const isClosed = node.getEnd() > start && code[node.getEnd() - 1] === code[start - 1];
      const end = isClosed ? node.getEnd() - 1 : node.getEnd();
      if (start <= position && position <= end) found = { start, end };
    }
    compiler.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  } catch {
    return [];
  }
}

function manifestOf(folder: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Yields a folder and its ancestors. */
function* upwards(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

const packageFolders = (folder: string): string[] => [...upwards(folder)].map((at) => join(at, "node_modules"));

/** Returns the entries of a folder whose names begin with `prefix`. */
function inFolder(target: string, prefix: string, from: string, resolver: ModuleResolver): SpecifierEntry[] {
  return entriesOf(target).flatMap((entry): SpecifierEntry[] => {
    const { name } = entry;
    const resolvesHere = (specifier: string): boolean =>
      resolver.resolve(specifier, from, "import")?.path === join(target, name);
    if (name === "node_modules") return [];
    if (entry.isDirectory()) return [{ text: prefix + name, type: "folder" }];
    const declared = /^(.*)\.d\.[cm]?ts$/.exec(name)?.[1];
    const extension = extensions.find((e) => name.endsWith(e));
    const stem = declared ?? (extension === undefined ? null : name.slice(0, -extension.length));
    if (stem === null) return [];
    if (stem === "index" && resolvesHere(prefix.replace(/\/$/, ""))) return [];
    if (declared !== undefined || resolvesHere(prefix + stem)) return [{ text: prefix + stem, type: "file" }];
    return resolvesHere(prefix + name) ? [{ text: prefix + name, type: "file" }] : [];
  });
}

/** Returns the names of a map with patterns: `exports` or `imports` of a package.json, or `paths` of a tsconfig.json. `base`: folder of its targets. */
function byMap(map: object, base: string, partial: string, from: string, resolver: ModuleResolver): SpecifierEntry[] {
  return Object.entries(map).flatMap(([key, target]): SpecifierEntry[] => {
    const [before = "", after] = key.split("*");
    if (after === undefined) return [{ text: key, type: "module" }];
    if (!partial.startsWith(before)) return before === "" ? [] : [{ text: before.replace(/\/$/, ""), type: "folder" }];
    const inside = partial.slice(before.length).replace(/[^/]*$/, "");
    return targetsOf(target).flatMap((pattern) => {
      const folder = resolve(base, pattern.replace(/[^/]*\*.*$/s, ""), inside);
      return inFolder(folder, before + inside, from, resolver);
    });
  });
}

/** Returns the targets of an entry of a map, for all conditions. */
function targetsOf(target: unknown): string[] {
  if (typeof target === "string") return [target];
  return typeof target === "object" && target !== null ? Object.values(target).flatMap(targetsOf) : [];
}

/** Returns the subpaths that a package exports. */
function inPackage(name: string, partial: string, from: string, resolver: ModuleResolver): SpecifierEntry[] {
  const folder = packageFolders(from)
    .map((at) => join(at, name))
    .find((at) => existsSync(at));
  if (folder === undefined) return [];
  const { exports } = manifestOf(folder);
  if (typeof exports !== "object" || exports === null) {
    const inside = partial.slice(name.length + 1).replace(/[^/]*$/, "");
    return inFolder(join(folder, inside), `${name}/${inside}`, from, resolver);
  }
  const named = Object.entries(exports).filter(([key]) => key.startsWith("./") && key !== "./package.json");
  return byMap(Object.fromEntries(named.map(([key, v]) => [name + key.slice(1), v])), folder, partial, from, resolver);
}

/** Returns the names of installed packages and of built-in modules. */
function packageNames(partial: string, from: string): SpecifierEntry[] {
  const installed = packageFolders(from).flatMap((folder) =>
    entriesOf(folder).flatMap(({ name }) =>
      name.startsWith("@") ? entriesOf(join(folder, name)).map((inner) => `${name}/${inner.name}`) : [name],
    ),
  );
  const nodes = builtinModules
    .filter((name) => !name.startsWith("_"))
    .map((name) => name.replace(/^(node:)?/, "node:"));
  const plain = partial !== "" && "node:".startsWith(partial) ? [] : nodes.map((name) => name.slice("node:".length));
  const names = [
    ...engineModules,
    ...installed,
    ...nodes,
    ...(partial === "" ? [] : plain.filter((name) => isBuiltin(name))),
  ];
  return names.map((text) => ({ text, type: "module" }));
}

/** Returns the names that may complete a partial specifier, and others. */
function candidates(partial: string, from: string, resolver: ModuleResolver): SpecifierEntry[] {
  if (partial === "." || partial === "..") return ["./", "../"].map((text) => ({ text, type: "folder" }));
  if (/^(\.{1,2})?\//.test(partial)) {
    const prefix = partial.replace(/[^/]*$/, "");
    return inFolder(resolve(from, prefix), prefix, from, resolver);
  }
  const manifest = [...upwards(from)].find((at) => existsSync(join(at, "package.json")));
  if (partial.startsWith("#"))
    return manifest === undefined
      ? []
      : byMap(manifestOf(manifest)["imports"] ?? {}, manifest, partial, from, resolver);
  const { paths = {}, pathsBasePath, baseUrl } = pathSettings(from);
  const base = baseUrl ?? pathsBasePath ?? from;
  const aliased = byMap(paths, base, partial, from, resolver);
  const inside = partial.replace(/[^/]*$/, "");
  const based = baseUrl === undefined ? [] : inFolder(resolve(baseUrl, inside), inside, from, resolver);
  const name = /^((?:@[^/]+\/)?[^@/][^/]*)\//.exec(partial)?.[1];
  const packages =
    name === undefined || isBuiltin(name) ? packageNames(partial, from) : inPackage(name, partial, from, resolver);
  return [...aliased, ...based, ...packages];
}

/** Completes the specifier at an offset; returns `null` if there is none. */
export function completeSpecifier(code: string, position: number, folder: string): SpecifierCompletions | null {
  const at = specifierAt(code, position);
  if (at === null) return null;
  const partial = code.slice(at.start, position);
  const kept = partial.lastIndexOf("/") + 1;
  const found = candidates(partial, folder, new ModuleResolver(engineModules)).filter(
    ({ text }) => text !== partial && text.toLowerCase().startsWith(partial.toLowerCase()),
  );
  const entries = new Map(found.map(({ text, type }) => [text.slice(kept), { text: text.slice(kept), type }]));
  const order = ["folder", "file", "module"];
  return {
    start: at.start + kept,
    end: at.end,
    entries: [...entries.values()].sort(
      (a, b) => order.indexOf(a.type) - order.indexOf(b.type) || a.text.localeCompare(b.text),
    ),
  };
}
