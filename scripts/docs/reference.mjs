/** The API reference, which TypeDoc writes from the engine's declarations, and the pages of operators, which take the place of those of their functions. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import katex from "../../docs/site/node_modules/katex/dist/katex.mjs";
import { inRoot, toolEnvironment, venvNode } from "../lib/paths.mjs";
import { step } from "../lib/run.mjs";
import { relink } from "./links.ts";
import { familyOf, familyPage, isInternal, operatorPage } from "./operators.ts";
import { documentedOperators, formulasOf } from "./registry.ts";
import { npmPackage } from "./tools.mjs";

/** Runs TypeDoc on what users of the npm package see. */
function runTypeDoc(out) {
  const declarations = inRoot("engine", "dist", "library.d.ts");
  const tsconfig = inRoot(".cache", "docs", "tsconfig.json");
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023"],
    module: "nodenext",
    strict: true,
    types: [],
    skipLibCheck: true,
  };
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: [declarations] }));
  const options = ["--options", inRoot("docs", "site", "typedoc.json"), "--tsconfig", tsconfig];
  const args = [npmPackage("typedoc", "bin", "typedoc"), ...options, "--entryPoints", declarations, "--out", out];
  step("Writing the API reference", venvNode(), args, { env: toolEnvironment() });
}

const markdownIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((f) => f.endsWith(".md"))
        .map((f) => f.replaceAll("\\", "/"))
        .sort((a, b) => a.localeCompare(b))
    : [];

/** Returns what precedes a page's name in a program, such as `nn.` for nn/Linear.md. */
const namespaceOf = (file) =>
  file
    .split("/")
    .slice(0, -1)
    .map((name) => `${name}.`)
    .join("");

/** Returns a page with re-exported names as one list instead of a section for each, which a search would find. */
const shortReferences = (text) =>
  text.replace(/### \S+\n\nRe-exports (\[[^\]]+\]\([^)]+\))\n(\n\*\*\*\n\n)?/g, "- $1\n");

/** A table of contents that is not shown: it tells Sphinx which pages are below this one. */
const toctree = (entries) => `\n\`\`\`{toctree}\n:hidden:\n\n${entries.join("\n")}\n\`\`\`\n`;

/** The namespaces of the API with their pages, the root first. */
function apiSections(files) {
  const isNamespace = (file) => files.some((f) => f.startsWith(`${file.slice(0, -3)}/`));
  const inFolder = (folder) =>
    files.filter((f) => f !== "index.md" && f.slice(0, Math.max(0, f.lastIndexOf("/"))) === folder);
  const section = (name, page, folder) => ({
    root: "api",
    name,
    page: `api/${page}`,
    pages: inFolder(folder)
      .filter((f) => !isNamespace(f))
      .map((f) => `api/${f.slice(0, -3)}`),
    below: inFolder(folder)
      .filter(isNamespace)
      .map((f) => `api/${f.slice(0, -3)}`),
  });
  const namespaces = files.filter(isNamespace).map((f) => f.slice(0, -3));
  return [section("tapelab", "index", ""), ...namespaces.map((n) => section(n.replaceAll("/", "."), n, n))];
}

/** TypeDoc's pages of functions by the name in their heading: the file of `index()` is not called index.md. */
function functionPages(api) {
  const pages = new Map();
  for (const file of readdirSync(api).filter((f) => f.endsWith(".md"))) {
    const text = readFileSync(join(api, file), "utf8");
    const [, name] = /^# ([\w$]+)\(\)$/m.exec(text.slice(0, text.indexOf("\n"))) ?? [];
    if (name !== undefined) pages.set(name, { file: `api/${file}`, text });
  }
  return pages;
}

/** Operators with TypeDoc's page of their function, if it is public, and where their page goes. */
function placed(operators, pages) {
  return operators.map((operator) => {
    const page = isInternal(operator) ? null : (pages.get(operator.name) ?? null);
    const family = familyOf(operator, page !== null);
    return { operator, page, family, path: `operators/${family.page}/${operator.name}.md` };
  });
}

/** A section as the sidebar lists it: without types of options, which the pages of their functions link, and without TypeDoc's numbers that tell apart names in upper and lower case. */
function inSidebar({ root, name, page, pages }) {
  const listed = pages.filter((path) => !path.endsWith("Options"));
  return { root, name, page, listed, names: listed.map((path) => path.split("/").at(-1).replace(/-\d+$/, "")) };
}

/** Throws for a formula that KaTeX cannot show, which the site would show in red. */
function checkFormulas(operators) {
  for (const operator of operators)
    for (const formula of formulasOf(operator))
      try {
        katex.renderToString(formula, { throwOnError: true });
      } catch (error) {
        throw new Error(`${operator.name}: KaTeX cannot show ${formula}: ${error.message}`, { cause: error });
      }
}

/** Writes the page of each operator, and removes that of its function. */
function writeOperators(source, all, moved, engine) {
  for (const { operator, page, family, path } of all) {
    mkdirSync(join(source, "operators", family.page), { recursive: true });
    const text = operatorPage(operator, page?.text ?? null, engine);
    writeFileSync(join(source, path), relink(text, page?.file ?? path, path, moved));
    if (page !== null) rmSync(join(source, page.file));
  }
}

/** Writes the page of each family and their index; returns their sections. */
function writeFamilies(source, all) {
  const families = [...Map.groupBy(all, ({ family }) => family.page).values()]
    .map((members) => [members[0].family, members])
    .sort(([a], [b]) => a.order - b.order || a.page.localeCompare(b.page));
  for (const [family, members] of families) {
    const entries = members.map(({ path }) => `/${path.slice(0, -3)}`);
    const rows = members.map(({ operator, path }) => [operator, path.slice("operators/".length)]);
    writeFileSync(join(source, "operators", `${family.page}.md`), familyPage(family, rows) + toctree(entries));
  }
  const rows = families.map(([f, members]) => `| [${f.title}](${f.page}.md) | ${members.length} | ${f.summary} |`);
  const table = ["| namespace | operators | |", "|---|---|---|", ...rows].join("\n");
  const index = join(source, "operators", "index.md");
  const everyone = all
    .filter(({ page }) => page !== null)
    .map(({ operator, path }) => `[${operator.name}](${path.slice("operators/".length)})`);
  const text = [readFileSync(index, "utf8"), table, "## By name", everyone.join(" · ")].join("\n\n");
  writeFileSync(index, `${text}\n${toctree(families.map(([f]) => f.page))}`);
  return families.map(([family, members]) => ({
    root: "operators",
    name: family.title,
    page: `operators/${family.page}`,
    pages: members.map(({ path }) => path.slice(0, -3)),
  }));
}

/** Writes everything that comes from declarations and records below `source`, and returns the sections for the sidebars. */
export function writeReference(source, engine) {
  const api = join(source, "api");
  runTypeDoc(api);
  const operators = documentedOperators(engine);
  checkFormulas(operators);
  const all = placed(operators, functionPages(api));
  const moved = new Map(all.filter(({ page }) => page !== null).map(({ page, path }) => [page.file, path]));
  writeOperators(source, all, moved, engine);
  for (const file of markdownIn(api)) {
    const path = join(api, file);
    const text = shortReferences(readFileSync(path, "utf8")).replace(/^# (?=\S+$)/m, `# ${namespaceOf(file)}`);
    writeFileSync(path, relink(text, `api/${file}`, `api/${file}`, moved));
  }
  const sections = apiSections(markdownIn(api));
  for (const { page, pages, below } of sections) {
    const path = join(source, `${page}.md`);
    writeFileSync(path, readFileSync(path, "utf8") + toctree([...below, ...pages].map((p) => `/${p}`)));
  }
  const start = { root: "operators", name: "All operators", page: "operators/index", pages: [] };
  return [start, ...writeFamilies(source, all), ...sections].map(inSidebar);
}
