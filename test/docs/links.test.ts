/** Links of every page in the repository lead to a file, a heading or a picture that exists. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

const markdownIn = (folder: string): string[] =>
  readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" })
    .filter((f) => /\.(md|ipynb)$/.test(f) && !/node_modules|ipynb_checkpoints/.test(f))
    .map((f) => `${folder}/${f.replaceAll("\\", "/")}`);

const pages = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "kernel/README.md",
  ...["docs", "notebooks", "docs/site/pages"].flatMap(markdownIn),
].filter((page, i, all) => all.indexOf(page) === i);

/** The text of a page; of a notebook, its Markdown cells. */
function textOf(page: string): string {
  const text = readFileSync(inRoot(page), "utf8");
  if (!page.endsWith(".ipynb")) return text;
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
  return cells
    .filter((c) => c.cell_type === "markdown")
    .map((c) => [c.source].flat().join(""))
    .join("\n\n");
}

/** The text without code, in which brackets are no links. */
const proseOf = (page: string): string =>
  textOf(page)
    .replace(/^```[^]*?^```/gm, "")
    .replace(/`[^`\n]*`/g, "code");

/** Names of headings as GitHub and the docs site make them. */
const anchorsOf = (page: string): Set<string> =>
  new Set(
    [
      ...textOf(page)
        .replace(/^```[^]*?^```/gm, "")
        .matchAll(/^#+ +(.+)$/gm),
    ].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );

/** Pages of the site stand where links expect them once the site is put together. */
const inSite = (page: string): string => page.replace("docs/site/pages/", "");

const fileOf = (path: string): string | null =>
  [path, `docs/site/pages/${path}`].find((candidate) => existsSync(inRoot(candidate))) ?? null;

test.each(pages)("%s", (page) => {
  const links = [...proseOf(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, link]) => link);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path, anchor] = link.split("#");
    const file = path === "" ? page : fileOf(join(dirname(inSite(page)), path).replaceAll("\\", "/"));
    return file === null || (anchor !== undefined && !anchorsOf(file).has(anchor));
  });
  expect(broken).toEqual([]);
});
