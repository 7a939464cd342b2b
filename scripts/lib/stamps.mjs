/** Stores a digest of the inputs of each step, so that a step whose inputs have not changed is skipped. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { inRoot, root } from "./paths.mjs";

const file = inRoot(".cache", "stamps.json");
const read = () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});

function* filesIn(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
    yield* filesIn(join(path, entry.name));
}

/** Returns a digest of the contents of files and folders, and of further words. */
export function digest(paths, ...words) {
  const hash = createHash("sha256");
  for (const path of paths)
    for (const name of filesIn(path)) {
      hash.update(relative(root, name));
      hash.update(readFileSync(name));
    }
  for (const word of words) hash.update(word);
  return hash.digest("hex");
}

/** Runs `body` and returns true, unless it has run for the same digest and its `product` still exists. */
export function unlessDone(name, value, product, body) {
  if (read()[name] === value && existsSync(product)) return false;
  body();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...read(), [name]: value }, null, 2)}\n`);
  return true;
}
