/**
 * The compiler: TypeScript 6, and a copy of its exports that is patched for tslab. The copy takes the place of tslab's fork of TypeScript 5.0 in
 * the module cache before tslab's converter is loaded, so that no file of tslab is changed and the fork is not loaded.
 */
import { createRequire, Module } from "node:module";
import type { TypeScript } from "./api.ts";
import { addForkFunctions } from "./tslab-fork.ts";

const require = createRequire(import.meta.url);

/** Path of TypeScript's main file. */
export const compilerPath: string = require.resolve("typescript");

/** The unpatched compiler, for everything but cells. */
export const compiler: TypeScript = require(compilerPath) as TypeScript;

/** The compiler as tslab uses it. */
export const ts: TypeScript = Object.assign(Object.create(null) as TypeScript, compiler);
addForkFunctions(ts);

const fork = createRequire(require.resolve("tslab/package.json")).resolve("@tslab/typescript-for-tslab");
require.cache[fork] = Object.assign(new Module(fork), { filename: fork, loaded: true, exports: ts });
