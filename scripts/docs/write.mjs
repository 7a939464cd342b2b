/** Writes every page of the site in Markdown, into the folder that is given. Runs on the Node of .venv, since it runs the engine. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inRoot } from "../lib/paths.mjs";
import { main } from "../lib/run.mjs";
import { copyPages } from "./pages.mjs";
import { writeReference } from "./reference.mjs";
import { npmPackage } from "./tools.mjs";

const assets = inRoot(".cache", "docs", "static");

await main(async () => {
  const source = process.argv[2];
  for (const folder of [source, assets]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  // the style sheet and fonts of formulas, so that the site loads nothing from elsewhere
  for (const part of ["katex.min.css", "fonts"])
    cpSync(npmPackage("katex", "dist", part), `${assets}/katex/${part}`, { recursive: true });
  copyPages(source);
  const engine = await import(pathToFileURL(inRoot("engine", "dist", "index.js")).href);
  const sections = writeReference(source, engine);
  writeFileSync(inRoot(".cache", "docs", "sections.json"), JSON.stringify(sections, null, 1));
});
