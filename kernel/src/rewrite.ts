#!/usr/bin/env node
/**
 * The build step for code that has left the notebook: writes the TypeScript files of a folder to another one, with arithmetic on tensors
 * as calls. What it writes is for any TypeScript compiler or bundler. Usage: tapelab-rewrite FOLDER OUT
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { RefusedError, rewriteProject } from "./language/rewrite/project.ts";

const isSource = (name: string): boolean => /\.[cm]?tsx?$/.test(name) && !/\.d\.[cm]?ts$/.test(name);

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
  if (!(error instanceof RefusedError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
