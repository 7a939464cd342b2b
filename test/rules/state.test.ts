/**
 * Module-level state of the engine. State that holds only while a part of the program runs is declared by `ambient`, which `recover` resets after a program was
 * terminated. Every other variable at module level is listed here with the reason why it outlives the program.
 */
import { readdirSync, readFileSync } from "node:fs";
import { parseAst } from "rolldown/parseAst";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

type Program = ReturnType<typeof parseAst>;
type Variable = Extract<Program["body"][number], { readonly type: "VariableDeclaration" }>;
type Expression = NonNullable<Variable["declarations"][number]["init"]>;
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Variables that outlive a terminated program, by the reason. */
const survives: Readonly<Record<string, readonly string[]>> = {
  "the ambient states themselves": [
    "platform/ambient.ts: resets",
    "platform/ambient.ts: restores",
    "platform/ambient.ts: resetCount",
  ],
  "functions that modules set once, while the package is loaded": [
    "teach/needle/tensor.ts: ops",
    "dispatch/derivatives.ts: arithmetic",
    "tape/graph/algebra.ts: algebra",
    "tape/watch/finite.ts: fastCheck",
    "tape/watch/anomaly.ts: explainer",
    "tensor/random.ts: fastSampler",
    "tensor/tensor.ts: peekGrad",
    "tensor/tensor.ts: setOwnedGrad",
    "tensor/tensor.ts: registerView",
    "tensor/tensor.ts: setWindow",
    "tensor/tensor.ts: viewInfoOf",
    "tensor/hooks.ts: hooks",
  ],
  "settings of the host or of a test, for all programs": [
    "inspect/shared/naming.ts: variables",
    "inspect/shared/sources.ts: cells",
    "inspect/steps/live.ts: show",
    "inspect/shapes/shapes.ts: last",
    "inspect/shared/texts.ts: finder",
    "inspect/shared/declarations.ts: finder",
    "inspect/watch/live.ts: presenter",
    "training/live.ts: presenter",
    "tape/watch/growth.ts: warn",
    "tape/watch/breakpoints/listener.ts: handler",
    "tape/watch/breakpoints/breakpoint.ts: observers",
    "inspect/breakpoints/timeout.ts: seconds",
    "tensor/storage/memory.ts: poisoned",
  ],
  "the state of the processor": ["platform/registers.ts: check", "platform/registers.ts: areSet"],
  "settings of the program that last": ["fast/threads/count.ts: wanted", "tensor/random.ts: defaultGenerator"],
  "hooks and listeners that are registered until they are removed": [
    "nn/base/hooks.ts: globalHooks",
    "nn/base/state-hooks.ts: hooks",
    "optim/hooks.ts: globalPreHooks",
    "optim/hooks.ts: globalPostHooks",
    "tape/graph/listener.ts: lasting",
    "tape/watch/breakpoints/breakpoint.ts: list",
    "tape/watch/breakpoints/breakpoint.ts: switchedOff",
    "tape/watch/breakpoints/listener.ts: listener",
  ],
  "whether a warning was given, which is given once": [
    "ops/functional/difference.ts: warned",
    "tape/watch/breakpoints/note.ts: noted",
  ],
  "the watch of each optimizer, of which a new one takes the place": ["inspect/watch/watched.ts: watches"],
  "trails of values that left the tape, by hash, the reads that tensors are compared with, and the last walk: names and numbers, for explanations":
    [
      "tape/graph/trail.ts: trails",
      "tape/graph/trail.ts: searched",
      "tensor/reads.ts: next",
      "tape/backward/last-walk.ts: last",
    ],
  "how the last backward ended, for the gradient table": ["tape/watch/interrupted.ts: interrupted"],
  "tapes of earlier runs of cells, within a budget, for comparisons": ["inspect/diff/history.ts: runs"],
  "the bits of a float32 that is being converted, written and read in one expression": [
    "tensor/encoding.ts: single",
    "tensor/encoding.ts: bits",
  ],
  "fields of modules that the program made computed ones, by module": [
    "nn/utils/derived.ts: derivations",
    "nn/utils/spectral-norm.ts: normalized",
  ],
  "an empty list, shared and never added to": ["tape/graph/saved.ts: none"],
  "registries of ops": ["dispatch/fast.ts: table", "dispatch/registry.ts: table"],
  "signatures and their parsed forms, complete once the package is loaded": [
    "api/class-methods.ts: methods",
    "api/tensor-methods.ts: methods",
    "tensor/arguments/guard.ts: walks",
    "tensor/arguments/guard.ts: constructors",
    "tensor/arguments/kinds.ts: classes",
  ],
  "classes of the library, complete once the package is loaded": ["optim/optimizer.ts: fusedOptimizers"],
  "marks on errors that were thrown, and their explanations": [
    "tensor/errors.ts: named",
    "tensor/arguments/failed-call.ts: failures",
    "inspect/shapes/shapes.ts: explained",
  ],
  "a constant that stands for a dry run": ["dispatch/batched.ts: dryRun"],
  "counters that only grow, so that no number is used twice": [
    "dispatch/batched.ts: numbers",
    "tape/watch/growth.ts: walks",
    "tape/watch/breakpoints/breakpoint.ts: count",
    "tape/graph/node.ts: sequence",
    "tape/backward/walk.ts: walks",
    "tensor/storage/generations.ts: scans",
  ],
  "values that are computed once, assigned when they are complete": [
    "fast/linalg/blas.ts: blas",
    "fast/elementwise/casts.ts: routes",
    "fast/elementwise/tabulated.ts: tables",
    "fast/wasm/module.ts: threadBuffers",
    "fast/wasm/module.ts: loaded",
    "fast/wasm/module.ts: variant",
    "fast/wasm/module.ts: others",
    "dispatch/operand.ts: cached",
    "fast/fft/tables.ts: cached",
    "ops/fft/plan.ts: plans",
    "platform/collect.ts: cached",
    "platform/v8.ts: isDisabled",
    "tape/graph/unsaved.ts: standIns",
  ],
  "threads that run, and the memory block for their jobs, which withdrawJob clears": [
    "fast/threads/workers.ts: started",
    "fast/threads/jobs.ts: block",
  ],
  "measurements of sharing work among threads": ["fast/threads/balance.ts: balance"],
  "views of the whole memory, replaced when it has grown": [
    "fast/wasm/operands.ts: bytes",
    "fast/wasm/operands.ts: ints",
    "fast/wasm/operands.ts: floats",
    "fast/wasm/operands.ts: doubles",
    "fast/wasm/operands.ts: viewed",
  ],
  "two views of one word or two, written and read at once": [
    "fast/threads/words.ts: bits",
    "fast/threads/words.ts: float",
    "fast/threads/words.ts: double",
    "fast/threads/words.ts: halves",
  ],
  "which blocks are in use and when to sweep; reclaim frees what a terminated program held": [
    "platform/collect.ts: visited",
    "tensor/storage/memory.ts: arena",
    "tensor/storage/memory.ts: generations",
    "tensor/storage/memory.ts: openBlocks",
    "tensor/storage/memory.ts: schedule",
    "tensor/storage/memory.ts: collect",
    "tensor/storage/memory.ts: finalizers",
  ],
};

/** Whether a type annotation is readonly. */
const isReadonlyType = (text: string): boolean => /^:\s*(readonly |Readonly)/.test(text);

function unwrapped(e: Expression): Expression {
  if (e.type === "TSAsExpression")
    return e.typeAnnotation.type === "TSTypeReference" && "name" in e.typeAnnotation.typeName
      ? e.typeAnnotation.typeName.name === "const"
        ? e
        : unwrapped(e.expression)
      : unwrapped(e.expression);
  return e.type === "TSSatisfiesExpression" || e.type === "ParenthesizedExpression" ? unwrapped(e.expression) : e;
}

const isFunction = (e: Expression): boolean => e.type === "ArrowFunctionExpression" || e.type === "FunctionExpression";

/** Whether a value can change: a collection, an object with fields, an instance, or a closure over a variable. */
function canChange(value: Expression, textOf: (node: Span) => string): boolean {
  const e = unwrapped(value);
  if (e.type === "NewExpression") return !/^new (URL|RegExp)\b/.test(textOf(e));
  if (e.type === "ArrayExpression") return true;
  if (e.type === "ObjectExpression")
    return e.properties.some((p) => p.type === "Property" && !isFunction(unwrapped(p.value)));
  if (e.type !== "CallExpression") return false;
  const called = unwrapped(e.callee);
  return isFunction(called) || /^(Array\.(from|of)|Object\.(create|fromEntries|assign))$/.test(textOf(called));
}

/** Returns the names of a module's variables and static fields that can change. */
function stateOf(text: string): string[] {
  const textOf = (node: Span | null | undefined): string => (node ? text.slice(node.start, node.end) : "");
  return parseAst(text, { lang: "ts" }).body.flatMap((statement): string[] => {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declared?.type === "VariableDeclaration" && !declared.declare)
      return declared.declarations.flatMap(({ id, init }) => {
        if (declared.kind !== "const") return [textOf(id).replace(/:[^]*/, "")];
        if (id.type !== "Identifier" || !init || isReadonlyType(textOf(id.typeAnnotation))) return [];
        return canChange(init, textOf) ? [id.name] : [];
      });
    if (declared?.type !== "ClassDeclaration") return [];
    return declared.body.body.flatMap((member) => {
      if (member.type !== "PropertyDefinition" || !member.static || (member.optional && !member.value)) return [];
      const fixed = member.readonly && (isReadonlyType(textOf(member.typeAnnotation)) || !member.value);
      if (fixed || (member.readonly && member.value && !canChange(member.value, textOf))) return [];
      return [`${declared.id?.name}.${textOf(member.key)}`];
    });
  });
}

const source = inRoot("engine/src");
const states = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((f) => f.endsWith(".ts") && f !== "fast/wasm/binary.ts")
  .map((f) => f.replaceAll("\\", "/"))
  .flatMap((f) => stateOf(readFileSync(`${source}/${f}`, "utf8")).map((name) => `${f}: ${name}`));

const listed = Object.values(survives).flat();

describe("module-level state of the engine", () => {
  test("is declared by ambient(…), or listed here with the reason why it outlives a terminated program", () => {
    expect(
      states.filter((s) => !listed.includes(s)),
      "wrap it in ambient(() => ({ … })) of platform/ambient.ts, so that recover() resets it, or add it to this list",
    ).toEqual([]);
  });

  test("the list has no entry without a variable", () => {
    expect(listed.filter((s) => !states.includes(s))).toEqual([]);
  });

  test("the rule finds every kind", () => {
    const text = `
      let a = 0; export let b: Map<string, number>; const c = new Map(); const d: number[] = []; const e = { field: 1 };
      const f = (() => { let n = 0; return () => n++; })(); const g = Array.from({ length: 2 }); class H { static i = 0; static readonly j = []; }
      const k = ambient(() => ({ on: false })); const l = [1] as const; const m: readonly number[] = []; const n: Readonly<Record<string, number>> = {};
      const o = () => 0; const p = { method() {} }; const q = new URL(".", "a:"); class R { static readonly s = 1; }`;
    expect(stateOf(text)).toEqual(["a", "b", "c", "d", "e", "f", "g", "H.i", "H.j"]);
  });
});
