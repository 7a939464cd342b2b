/**
 * Functions of the program are called within `runUserCode` of tape/graph/user-code.ts, so that a backward walk frees no tensor that they may keep. Functions that
 * are received as arguments and called elsewhere are listed here with the reason why that is safe.
 */
import { readdirSync, readFileSync } from "node:fs";
import { parseAst } from "rolldown/parseAst";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

/** Calls outside of `runUserCode`, by the reason. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  "their caller is within runUserCode": [
    "tape/backward/hooks.ts: hook", // callTensorHooks, which runTensorHooks calls
    "tape/graph/saved-hooks.ts: pack", // a pack hook, which tape/graph/saved.ts calls
    "tape/graph/saved-hooks.ts: unpack",
    "nn/base/hooks.ts: hook", // a rule of recordCustomOp, or forward
    "nn/base/hooks.ts: entry.hook",
    "tape/graph/withheld.ts: body",
    "tape/watch/breakpoints/condition.ts: when", // a predicate, whose condition the listener asks within runUserCode
    "tape/watch/breakpoints/listener.ts: handler",
  ],
  "the program calls them while no walk runs, or within runUserCode": [
    "tape/watch/anomaly.ts: body",
    "tape/graph/mode.ts: f",
    "tape/graph/mode.ts: run",
    "tape/watch/events.ts: body",
    "tape/graph/call-site.ts: body",
    "optim/optimizer.ts: hook",
    "nn/base/state-dict.ts: hook",
  ],
  "the host sets them, and they are called while an op is recorded, where a walk owns no tensors": [
    "tape/watch/growth.ts: report",
    "tape/watch/growth.ts: warn",
    "tape/graph/call-site.ts: capture",
  ],
  "rules: recordCustomOp wraps those of the program": ["tape/backward/rule.ts: fast", "tape/backward/rule.ts: op.vjp"],
  "functions of the engine": [
    "tape/backward/backward.ts: each",
    "tape/backward/backward.ts: select",
    "tape/backward/backward.ts: stack",
    "tape/backward/hooks.ts: add",
    "tape/backward/hooks.ts: clone",
    "tape/graph/reachable.ts: enter",
    "tape/backward/leaf.ts: add",
    "tape/backward/leaf.ts: addInPlace",
    "tape/backward/leaf.ts: clone",
    "tape/backward/walk.ts: end",
    "tape/backward/current-walk.ts: end",
    "tape/backward/stepped-walk.ts: body",
    "tape/backward/walk.ts: visited",
    "tape/backward/order.ts: within",
    "dispatch/dispatch.ts: f",
    "dispatch/dispatch.ts: fast",
    "tape/watch/breakpoints/breakpoint.ts: observer",
    "tape/watch/breakpoints/listener.ts: isArmed",
  ],
};

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const isNode = (x: unknown): x is Node => typeof x === "object" && x !== null && "type" in x;
const isFunction = (x: unknown): boolean => isNode(x) && /^(Arrow)?Function/.test(x.type);

/** Names of fields that hold functions of the program. */
const held: ReadonlySet<unknown> = new Set(["hook", "pack", "unpack", "keeper", "vjp", "observe"]);
const globals: ReadonlySet<string> = new Set(["Error", "String", "Number", "Boolean", "Symbol"]);

/** Returns the functions that a source text calls outside of `runUserCode` and neither imports nor defines: those that it received. */
function receivedFunctions(text: string): string[] {
  const known = new Set<string>(globals);
  const called = new Set<string>();
  const textOf = (x: unknown): string => (isNode(x) ? text.slice(x.start, x.end) : "");

  function visit(x: unknown, bounded: boolean): void {
    if (Array.isArray(x)) for (const part of x) visit(part, bounded);
    if (!isNode(x)) return;
    if (x.type === "ImportSpecifier") known.add(textOf(x.local));
    if (x.type === "FunctionDeclaration") known.add(textOf(x.id));
    if (x.type === "VariableDeclarator" && isFunction(x.init)) known.add(textOf(x.id).replace(/:[^]*/, ""));
    const callee = x.type === "CallExpression" && isNode(x.callee) ? x.callee : null;
    if (callee !== null && !bounded) {
      const field = callee.type === "MemberExpression" && held.has(textOf(callee.property));
      if (callee.type === "Identifier" || field) called.add(textOf(callee));
    }
    const within = bounded || (callee !== null && textOf(callee) === "runUserCode");
    for (const part of Object.values(x)) visit(part, within);
  }

  visit(parseAst(text, { lang: "ts" }), false);
  return [...called].filter((name) => !known.has(name)).sort();
}

const source = inRoot("engine/src");
const calls = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((f) => f.replaceAll("\\", "/"))
  .filter((f) => f.endsWith(".ts") && f !== "fast/wasm/binary.ts")
  .flatMap((f) => {
    const names = receivedFunctions(readFileSync(`${source}/${f}`, "utf8"));
    // everywhere in the tape; in other folders only hooks can be distinguished from functions of the engine
    const whole = f.startsWith("tape/") || f === "dispatch/dispatch.ts";
    return names.filter((name) => whole || /(^|\.)hook$/.test(name)).map((name) => `${f}: ${name}`);
  });

const listed = Object.values(harmless).flat();

describe("functions of the program", () => {
  test("are called within runUserCode, or listed here with the reason why not", () => {
    expect(
      calls.filter((c) => !listed.includes(c)),
      "call it within runUserCode of tape/graph/user-code.ts, with the tensors that it can reach, or add it to this list",
    ).toEqual([]);
  });

  test("the list has no entry without a call", () => {
    expect(listed.filter((c) => !calls.includes(c))).toEqual([]);
  });

  test("the rule finds every kind", () => {
    const text = `
      import { imported } from "./x.ts"; function own() {} const arrow = () => own(); const typed: () => void = () => arrow();
      function calls(parameter, { field }, op, list) {
        parameter(); field(); op.vjp(); op.name(); imported(); own(); arrow(); typed(); String(1);
        for (const element of list) element();
        runUserCode([], () => { inside(); op.hook(); });
        runUserCode([], given);
        for (const entry of list) entry.hook();
      }
      import { runUserCode } from "./user-code.ts";`;
    expect(receivedFunctions(text)).toEqual(["element", "entry.hook", "field", "op.vjp", "parameter"]);
  });
});
