/* oxlint-disable typescript/no-implied-eval -- running text is what this test is for */
/** The examples of the doc comments run, and give what they say. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import * as tapelab from "tapelab";
import { check as checks } from "tapelab/check";
import { afterAll, describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

interface Example {
  readonly where: string;
  readonly code: string;
}

const folder = inRoot("engine/src");

// examples write files to the working directory
const filesBefore = new Set(readdirSync("."));
afterAll(() => {
  const written = readdirSync(".").filter(
    (f) => !filesBefore.has(f) && /\.(npy|npz|pt|safetensors|png|jpg)$|^tokens\.json$/.test(f),
  );
  for (const file of written) rmSync(file);
});

/** The code behind each `@example`, up to the next tag or the end of the comment. */
function examplesIn(file: string): Example[] {
  const text = readFileSync(`${folder}/${file}`, "utf8");
  return [...text.matchAll(/\/\*\*[^]*?\*\//g)].flatMap(([comment]) => {
    const body = comment.slice(3, -2).replace(/^\s*\* ?/gm, "");
    return [...body.matchAll(/@example\s([^]*?)(?=@\w|$)/g)].map(([, code], i) => ({
      where: `${file}: ${code.trim().split("\n")[0].slice(0, 60)} ${i}`,
      code: code.trim(),
    }));
  });
}

const examples = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((f) => f.endsWith(".ts"))
  .flatMap(examplesIn);

/** Values in scope besides the engine's exports. */
const given = {
  q: tapelab.ones([2, 3]),
  k: tapelab.ones([2, 3]),
  Generator: tapelab.Generator,
  check: checks,
};

/** Runs an example; each line `expression; // value` must have the value. */
async function run(code: string): Promise<void> {
  const scope: Record<string, unknown> = { ...tapelab, ...given };
  const lines = code.split("\n");
  const checked = lines.map((line) => {
    const found = /^(.*?);\s*\/\/\s*(.+)$/.exec(line);
    if (!found) return line;
    return /^\s*(const|let)\b/.test(line) ? line : `$compare(${found[1]}, ${JSON.stringify(found[2])});`;
  });
  const js = stripTypeScriptTypes(`async function example($compare) {\n${checked.join("\n")}\n}`);
  const names = Object.keys(scope).filter((n) => !new RegExp(`\\b(const|class|let)\\s+\\[?${n}\\b`).test(code));
  const make = new Function(...names, `${js}\nreturn example;`) as (
    ...values: unknown[]
  ) => ($compare: typeof compare) => Promise<void>;
  await make(...names.map((n) => scope[n]))(compare);
}

/** `0.6931…` allows more digits. */
function compare(value: unknown, said: string): void {
  if (said.endsWith("…")) {
    expect(String(value).startsWith(said.slice(0, -1)), `${String(value)} does not begin with ${said}`).toBe(true);
    return;
  }
  expect(value).toEqual(new Function(`return (${said});`)());
}

describe("examples", () => {
  test("there are many", () => {
    expect(examples.length).toBeGreaterThan(40);
  });
  test.each(examples)("$where", ({ code }) => run(code));
});
