/**
 * The examples of docs/, of the README and of the site's start page run in a kernel, page by page and from top to bottom. A line `expression; // value` has
 * the value; a block of text behind a cell is in what the cell prints, shows or throws; `…` ends a line that goes on.
 */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Run, TestKernel } from "../support/kernel.ts";
import { inRoot } from "../support/paths.ts";

interface Cell {
  readonly code: string;
  readonly shown: string | null;
}

/** Cells of a page, each with the block of text that follows it. */
function cellsOf(page: string): Cell[] {
  const text = readFileSync(inRoot(page), "utf8");
  return [...text.matchAll(/^```ts\n([^]*?)^```\n(?:\n```text\n([^]*?)\n```)?/gm)].map(([, code, shown]) => ({
    code,
    shown: shown ?? null,
  }));
}

/** The code with each line `expression; // value` as a comparison. */
const withChecks = (code: string): string =>
  code.replace(/^(?!\s*(?:const|let|import)\b)(\S.*?);[ ]+\/\/ (.+)$/gm, (_, expression, said) => {
    return `$check(${expression}, ${JSON.stringify(said)});`;
  });

/** Compares what an expression gives with the text behind it: as Node prints it, or as the value of that text; `1.4…` allows more digits. */
const prelude = `
import { inspect as $inspect, isDeepStrictEqual as $equal } from "node:util";
function $check(value: unknown, said: string): void {
  const text = $inspect(value, { breakLength: Infinity });
  if (text === said.replaceAll("\\\\n", "\\n") || (said.endsWith("…") && text.startsWith(said.slice(0, -1)))) return;
  let meant: unknown = null;
  try {
    meant = (0, eval)(\`(\${said})\`);
  } catch {}
  if (meant === null || !$equal(value, meant)) throw new Error(\`expected \${said}, got \${text}\`);
}
`;

/** A pattern of a block of text, in which `…` at the end of a line stands for anything. */
const patternOf = (shown: string): RegExp =>
  new RegExp(
    shown
      .split("\n")
      .map(
        (line) => line.replace(/…$/, "").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&") + (line.endsWith("…") ? ".*" : "\\s*"),
      )
      .join("\n"),
  );

/** Returns what a cell prints, gives or throws; if it does none of these, what it displays. */
const textOf = (run: Run): string =>
  [run.stdout, run.stderr, run.result, run.error?.ename, run.error?.evalue].filter(Boolean).join("\n") || run.displayed;

const pages = [
  "README.md",
  "docs/site/pages/index.md",
  ...readdirSync(inRoot("docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].filter((page) => cellsOf(page).length > 0);

test("the pages have examples", () => {
  expect(pages.length).toBeGreaterThan(5);
});

describe.each(pages)("%s", (page) => {
  let kernel: TestKernel;
  beforeAll(async () => {
    kernel = await TestKernel.start();
    const run = await kernel.run(prelude);
    expect(textOf(run)).toBe("");
  });
  afterAll(() => kernel.stop());

  test.each(cellsOf(page).map((cell) => [cell.code.trim().split("\n").at(-1), cell] as const))(
    "%s",
    async (_title, { code, shown }) => {
      const run = await kernel.run(withChecks(code));
      if (shown === null) expect(run.error, code).toBeNull();
      else expect(textOf(run)).toMatch(patternOf(shown));
    },
  );
});
