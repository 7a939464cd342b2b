/** Writes docs/operators.md and docs/modules.md, or with `--check` says whether they are out of date. `scripts/operators.mjs` runs it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as engine from "tapelab";
import { inRoot } from "../../test/support/paths.ts";
import { modulePage } from "./module-status-text.ts";
import { statusPage } from "./status-text.ts";

const pages = { "docs/operators.md": statusPage(engine), "docs/modules.md": modulePage(engine) };
for (const [name, text] of Object.entries(pages)) {
  const path = inRoot(name);
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    process.stderr.write(`${name} is out of date: run npm run operators\n`);
    process.exitCode = 1;
  }
}
