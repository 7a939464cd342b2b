/** The exports of `data`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../data/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../data/index.ts";

export const parseCSV: typeof from.parseCSV = guard("parseCSV", "text: string, options?: { delimiter?: string; columns?: string[]; comment?: string }", from.parseCSV);
export const randomSplit: typeof from.randomSplit = guard("randomSplit", "dataset: has<batch, length>, lengths: number[], options?: { generator?: Generator }", from.randomSplit);
export const readCSV: typeof from.readCSV = guard("readCSV", "path: string, options?: { delimiter?: string; columns?: string[]; comment?: string }", from.readCSV);
