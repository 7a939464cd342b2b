#!/usr/bin/env node
/**
 * The command `tapelab-rewrite`, a build step for code that has moved from cells to files: copies a folder, and rewrites arithmetic on tensors in its
 * TypeScript files to function calls, for any TypeScript compiler or bundler. Usage: tapelab-rewrite FOLDER OUT
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AmbiguousCodeError, rewriteProject } from "./language/rewrite/project.ts";

const isSource = (name: string): boolean => /\.[cm]?tsx?$/.test(name) && !/\.d\.[cm]?ts$/.test(name);

/** Copies the files of folder `from` to folder `to`, with the TypeScript files rewritten. */
function main(from: string, to: string): void {
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(^|[/\\])node_modules([/\\]|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
  const rewritten = rewriteProject(files.filter(isSource), process.cwd());
  for (const file of files) {
    const target = join(to, file.slice(from.length));
    const text = rewritten.get(file);
    mkdirSync(dirname(target), { recursive: true });
    if (text === undefined) cpSync(file, target);
    else writeFileSync(target, text);
  }
}

const [from, to, ...more] = process.argv.slice(2).map((folder) => resolve(folder));
if (from === undefined || to === undefined || more.length > 0 || to === from || to.startsWith(join(from, "/"))) {
  process.stderr.write("usage: tapelab-rewrite FOLDER OUT, with OUT outside FOLDER\n");
  process.exit(2);
}
try {
  main(from, to);
} catch (error) {
  if (!(error instanceof AmbiguousCodeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
