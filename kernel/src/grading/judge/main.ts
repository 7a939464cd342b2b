/**
 * The judge: reads jobs from standard input, a line of JSON for each notebook. It writes lines of JSON to standard output: one with the result of each test, as soon as it
 * is known, and one with the result of the notebook.
 */
import assert from "node:assert";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import * as engine from "tapelab";
import * as checks from "tapelab/check";
import { setGlobals } from "../sandbox/globals.ts";
import { Compiler } from "./compiler.ts";
import { Grader, type Job, limitsOf } from "./grade.ts";
import { bestIsolation } from "./isolation.ts";
import type { Limits } from "./process.ts";
import { Watchdog } from "./watchdog.ts";

/** A job, with the folder of data that the submission may read. */
type Order = Job & { readonly data?: string | null; readonly limits?: Partial<Limits> };

const defaults: Limits = { cell: 30, call: 10, test: 150, memory: 1024 };

/** Makes tests fail where `console.assert` does, and prints nothing: standard output carries the result. */
function quiet(): void {
  const nothing = (): void => {};
  for (const name of ["log", "info", "warn", "error", "debug", "table", "dir", "trace"] as const)
    console[name] = nothing;
  console.assert = (condition?: unknown, ...message: unknown[]) =>
    assert(condition, message.map(String).join(" ") || "console.assert failed");
}

/** Writes a line, whole before the process may end. */
function writeLine(result: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(result)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

quiet();
Error.stackTraceLimit = 50;
setGlobals(
  engine,
  new Map<string, unknown>([
    ["tapelab", engine],
    ["tapelab/check", checks],
  ]),
);
// ops of a submission are called in the other process, so that no line here is the student's
engine.inspect.setWatch({ nodes: 0, site: () => ({ resolve: () => null }) });
const isolation = bestIsolation();
const watchdog = new Watchdog();
const compiler = new Compiler();

const home = process.cwd();

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const order = JSON.parse(line) as Order;
  const limits = limitsOf(order.release, { ...defaults, ...order.limits });
  engine.manualSeed(1);
  // cells of the release that read its files run here too, and files are compiled from here
  process.chdir(order.data ?? home);
  compiler.reset(limits.cell);
  const settings = { isolation, watchdog, limits, data: order.data ?? null };
  try {
    writeLine({
      ...(await new Grader(order, compiler, settings, (test) => writeLine({ test })).run()),
      isolation: isolation.own,
    });
  } catch (error) {
    writeLine({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
process.exit(0);
