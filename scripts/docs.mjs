/**
 * Builds the docs site in build/site: the pages of docs/, the notebooks with their saved outputs, a page for each operator, and the API reference.
 * `npm run docs -- --serve` serves it afterwards, on port 8000 or the one that follows.
 */
import { rmSync } from "node:fs";
import { brokenLinks } from "./docs/site-links.mjs";
import { docsPython, installDocsTools } from "./docs/tools.mjs";
import { inRoot, toolEnvironment, venvNode } from "./lib/paths.mjs";
import { Failure, follow, main, step } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

const source = inRoot(".cache", "docs", "source");
const site = inRoot("build", "site");

/** Turns the pages into HTML; a warning, such as one of a missing page, is a failure. */
function buildSite() {
  rmSync(site, { recursive: true, force: true });
  const args = ["-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "--fresh-env", "--jobs", "2"];
  const folders = ["--conf-dir", inRoot("docs", "site"), "--doctree-dir", inRoot(".cache", "docs", "doctrees")];
  step("Building the site", docsPython, [...args, ...folders, source, site], { env: toolEnvironment() });
  const broken = brokenLinks(site);
  if (broken.length > 0) throw new Failure(`The site has ${broken.length} faults:\n${broken.slice(0, 40).join("\n")}`);
}

await main(async () => {
  const [flag, port = "8000"] = process.argv.slice(2);
  if (flag !== undefined && flag !== "--serve")
    throw new Failure(`npm run docs: expected --serve and a port, or nothing, got "${flag}".`);
  setUp();
  installDocsTools();
  // Node 24, as the engine and its examples run here
  step("Writing the pages", venvNode(), [inRoot("scripts", "docs", "write.mjs"), source], { env: toolEnvironment() });
  buildSite();
  process.stdout.write(`The site is in ${site}; open it with npm run docs -- --serve.\n`);
  if (flag === undefined) return 0;
  process.stdout.write(`Serving http://127.0.0.1:${port}/ until Ctrl+C.\n`);
  return follow(docsPython, ["-m", "http.server", port, "--bind", "127.0.0.1", "--directory", site]);
});
