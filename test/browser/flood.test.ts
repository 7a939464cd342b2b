/** A flood of output in JupyterLab: the page goes on answering, and the saved notebook has all of it. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

/** Starts to note how long the page is kept from doing anything else. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const gaps: number[] = [];
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }, 20);
    Object.assign(globalThis, { gaps });
  });

/** Returns the longest time in which the page did nothing else, and the time since it is watched. */
const gapsOf = (page: Page): Promise<{ readonly gap: number; readonly sum: number }> =>
  page.evaluate(() => {
    const { gaps } = globalThis as unknown as { readonly gaps: readonly number[] };
    return { gap: Math.max(...gaps), sum: gaps.reduce((a, b) => a + b, 0) };
  });

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i}\n`).join("");

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: readonly string[];
  readonly data?: Readonly<Record<string, readonly string[]>>;
}

const textOf = (outputs: readonly Output[], name: string): string =>
  outputs.flatMap((output) => (output.name === name ? (output.text ?? []) : [])).join("");

/** Cells that print much, with a check of the saved notebook's outputs. */
const floods: Readonly<Record<string, readonly [code: string, check: (outputs: readonly Output[]) => void]>> = {
  lines: [
    "for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);",
    (outputs) => expect(textOf(outputs, "stdout") === lines(100_000)).toBe(true),
  ],
  "both streams": [
    "for (let i = 0; i < 50_000; i++) { console.log(`line ${i}`); console.error(`line ${i}`); }",
    (outputs) => {
      expect(textOf(outputs, "stdout") === lines(50_000)).toBe(true);
      expect(textOf(outputs, "stderr") === lines(50_000)).toBe(true);
    },
  ],
  updates: [
    "const shown = display(0); for (let i = 0; i <= 100_000; i++) shown.update(i);",
    (outputs) => expect(outputs.map((o) => o.data?.["text/plain"])).toEqual([["100000"]]),
  ],
  displays: [
    "for (let i = 0; i < 3_000; i++) display(i);",
    (outputs) =>
      expect(outputs.map((o) => o.data?.["text/plain"]?.join(""))).toEqual(
        Array.from({ length: 3_000 }, (_, i) => `${i}`),
      ),
  ],
  progress: [
    "const bar = progress(300_000); for (const i of bar) bar.note(`item ${i}`);",
    (outputs) =>
      expect(outputs.map((o) => o.data?.["text/plain"]?.join(""))).toEqual([
        expect.stringContaining("300000 of 300000"),
      ]),
  ],
};

test.each(Object.entries(floods))(
  "the page answers during a flood of %s, and all of it is saved",
  async (name, [code, check]) => {
    const file = `flood of ${name}`;
    const notebook = await workplace.open(file, ["1", code, "'the end'"], { run: false });
    const { page } = notebook;
    await watch(page);
    await notebook.command("Run All Cells");
    await notebook.output(2).getByText("'the end'").waitFor();
    const { gap, sum } = await gapsOf(page);
    // on a machine that is as slow as that, a small part of the time
    expect(gap, "milliseconds in which the page stood still").toBeLessThan(Math.max(4_000, sum / 3));
    await notebook.prompt(2).click();
    await page.keyboard.press("Control+s");
    const saved = (): readonly (readonly Output[])[] =>
      (
        JSON.parse(workplace.lab.read(`${file}.ipynb`)) as { readonly cells: readonly { readonly outputs: Output[] }[] }
      ).cells.map((cell) => cell.outputs);
    await expect.poll(() => saved()[2]?.length).toBe(1);
    check(saved()[1] ?? []);
  },
);
