/** Habits that a program can check. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

const sources = ["engine", "kernel", "extension"].flatMap((name) =>
  readdirSync(inRoot(name, "src"), { recursive: true, encoding: "utf8" })
    .filter((f) => f.endsWith(".ts"))
    .map((f) => ({
      name: `${name}/src/${f.replaceAll("\\", "/")}`,
      text: readFileSync(inRoot(name, "src", f), "utf8"),
    })),
);

const offenders = (wrong: (file: { readonly name: string; readonly text: string }) => boolean): string[] =>
  sources.filter(wrong).map((f) => f.name);

test("files have at most 300 lines", () => {
  // written by scripts, with a line for each public function, and for each export of the module
  const byHand = (name: string): boolean => !/^engine\/src\/(api\/|fast\/wasm\/binary\.ts$)/.test(name);
  expect(offenders((f) => byHand(f.name) && f.text.trimEnd().split("\n").length > 300)).toEqual([]);
});

test("the only default export is the plugin", () => {
  expect(offenders((f) => /^export default/m.test(f.text) && f.name !== "extension/src/index.ts")).toEqual([]);
});

test("no enums, no private keyword, no any", () => {
  expect(offenders((f) => /^\s*(export )?(const )?enum /m.test(f.text))).toEqual([]);
  expect(offenders((f) => /^\s*private /m.test(f.text))).toEqual([]);
  expect(offenders((f) => /[:<] ?any\b/.test(f.text.replace(/"[^"]*"|`[^`]*`|\/\*[^]*?\*\/|\/\/.*/g, "")))).toEqual([]);
});

test("nothing is left open", () => {
  expect(offenders((f) => /TODO|FIXME|XXX/.test(f.text))).toEqual([]);
});

test("random numbers come from a seeded generator, and only warnings and checks are written to the console", () => {
  expect(offenders((f) => f.text.includes("Math.random"))).toEqual([]);
  expect(
    offenders(
      (f) =>
        !f.name.startsWith("kernel/") &&
        f.name !== "engine/src/platform/warn.ts" &&
        // parts and hints, where no notebook shows them
        f.name !== "engine/src/teach/check/index.ts" &&
        /console\./.test(f.text.replace(/\/\*[^]*?\*\//g, "")),
    ),
  ).toEqual([]);
});

test("random inputs of tests have the seed of test/support/random.ts", () => {
  const tests = readdirSync(inRoot("test"), { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));
  const direct = tests
    .map((f) => f.replaceAll("\\", "/"))
    .filter((f) => /^import .* from "fast-check"/m.test(readFileSync(inRoot("test", f), "utf8")));
  expect(direct).toEqual(["support/random.ts"]);
});

test("data never becomes markup in the extension", () => {
  expect(
    offenders((f) => f.name.startsWith("extension/") && /innerHTML|insertAdjacentHTML|outerHTML/.test(f.text)),
  ).toEqual([]);
});

/** Returns the selectors of a style sheet without the arguments of their pseudo-classes, one for each item of a list. */
const selectorsOf = (css: string): string[] =>
  [...css.replaceAll(/\/\*[^]*?\*\//g, "").matchAll(/([^{};]+)\{/g)]
    .map(([, list]) => list.trim())
    .filter((list) => !list.startsWith("@"))
    .flatMap((list) => list.replaceAll(/\((\([^()]*\)|[^()])*\)/g, "()").split(/,\s*/));

test("each selector of the style sheets ends with a class or an element", () => {
  // the browser tests others, such as ":is(th, td)" and "> *", on every element of JupyterLab whose style it computes
  const isFast = (selector: string): boolean => /(^|[\s>+~])([.a-z[][^\s>+~]*|:root|:focus-visible)$/.test(selector);
  const slow = readdirSync(inRoot("extension", "style"))
    .filter((f) => f.endsWith(".css"))
    .flatMap((f) =>
      selectorsOf(readFileSync(inRoot("extension", "style", f), "utf8"))
        .filter((selector) => !isFast(selector))
        .map((selector) => `${f}: ${selector}`),
    );
  expect(slow).toEqual([]);
});

test("every exported function of the engine is documented", () => {
  const missing = sources
    .filter((f) => /^engine\/src\/(ops|nn|optim|data|metrics|inspect|tensor|tape)\//.test(f.name))
    .flatMap((f) =>
      [...f.text.matchAll(/(\*\/\n)?^export (?:abstract )?(?:async )?(?:function|class) (\w+)/gm)]
        .filter((m) => m[1] === undefined && !isOverload(f.text, m))
        .map((m) => `${f.name}: ${m[2]}`),
    );
  expect(missing).toEqual([]);
});

test("every public function and class of layers, optimizers, data, transforms, estimators and needle has an example", () => {
  // the functions, and the classes, whose names there are paths
  const names = /^export const (\w+):|^ {2}"?(?:[\w.]*\.)?(\w+)"?: \{/gm;
  const isPublic = new Set(
    sources
      .filter((f) => f.name.startsWith("engine/src/api/"))
      .flatMap((f) => [...f.text.matchAll(names)].map((m) => m[1] ?? m[2])),
  );
  const declaration =
    /(\/\*\*(?:(?!\*\/)[^])*\*\/\n(?:\/\/.*\n)*)?^export (?:abstract |async )*(?:function|class|const) (\w+)/gm;
  const missing = sources
    .filter((f) => /^engine\/src\/(nn|optim|data|transforms|estimators|teach\/needle)\//.test(f.name))
    .flatMap((f) =>
      [...f.text.matchAll(declaration)]
        .filter((m) => isPublic.has(m[2]) && !m[1]?.includes("@example") && !isOverload(f.text, m, m[2]))
        .map((m) => `${f.name}: ${m[2]}`),
    );
  expect(missing).toEqual([]);
});

/** Later signatures of an overloaded function follow the first without a comment of their own. */
function isOverload(text: string, match: RegExpMatchArray, name = match[2]): boolean {
  return new RegExp(`export function ${name}\\b`).test(text.slice(0, match.index));
}
