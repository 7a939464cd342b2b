/** Writes docs/operators.md, or with `--check` says whether it is out of date. `scripts/operators.mjs` runs it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as engine from "tapelab";
import { inRoot } from "../../test/support/paths.ts";
import { statusPage } from "./status-text.ts";

const path = inRoot("docs/operators.md");
const text = statusPage(engine);
if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
  process.stderr.write("docs/operators.md is out of date: run npm run operators\n");
  process.exitCode = 1;
}
