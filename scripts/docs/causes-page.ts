/** Writes docs/causes.md, or with `--check` says whether it is out of date. `scripts/causes.mjs` runs it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../../test/support/paths.ts";
import { causesPage } from "./causes-text.ts";

const path = inRoot("docs/causes.md");
const text = causesPage();
if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
  process.stderr.write("docs/causes.md is out of date: run npm run causes\n");
  process.exitCode = 1;
}
