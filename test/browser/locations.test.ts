/** Code locations in errors and warnings are links. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { selectedLine, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

test("a code location in an error or a warning links to the line of its cell or its file", async () => {
  writeFileSync(join(workplace.lab.folder, "util.ts"), "// one\n// two\nexport const three = 3;\n");
  const notebook = await workplace.open(
    "places",
    [
      "const halve = (n: number): number => {\n  if (n > 9) throw new RangeError(`no ${n}`);\n  return n / 2;\n};",
      "halve(10)",
      "console.warn(`see cell[1]:3:3, https://example.org/cell[1]:3:3, cell[77]:1:1 and ${process.cwd()}/util.ts:3:7`);",
      "const text: string =\n  4;",
      "try {\n  halve(11);\n} catch (error) {\n  console.log(error);\n}",
    ],
    { run: false },
  );
  const { page } = notebook;
  for (const n of [0, 1, 2, 3]) {
    await notebook.run(n);
    await notebook.done(n, n + 1);
  }
  const link = (n: number, text: string) => notebook.output(n).getByRole("link", { name: text, exact: true });
  const line = (): Promise<string | null> => selectedLine(page);
  await link(1, "cell[1]:2:20").click();
  await expect.poll(line).toBe("  if (n > 9) throw new RangeError(`no ${n}`);");
  await page.locator(".jp-Cell.jp-mod-active .tapelab-flash").waitFor();
  // by keyboard, and from printed text
  await link(2, "cell[1]:3:3").focus();
  await page.keyboard.press("Enter");
  await expect.poll(line).toBe("  return n / 2;");
  await link(3, "cell[4]:1:7").click();
  await expect.poll(line).toBe("const text: string =");
  expect(await notebook.output(2).getByRole("link").count(), "addresses on the web stay what they are").toBe(4);
  await link(2, "cell[77]:1:1").click();
  await expect.poll(() => link(2, "cell[77]:1:1").getAttribute("title")).toBe("this cell is no longer in the notebook");
  await notebook.run(4);
  await notebook.done(4, 5);
  await link(4, "cell[1]:2:20").waitFor();
  const red = notebook.output(1).locator(".ansi-red-intense-fg").first();
  expect(await red.evaluate((node) => getComputedStyle(node).color), "the colour of an error's name").toBe(
    "rgb(163, 36, 43)",
  );
  // copying gives the text without the links
  expect(await notebook.output(1).textContent()).toContain("at halve (cell[1]:2:20)");
  await notebook
    .output(2)
    .getByRole("link", { name: /util\.ts:3:7$/ })
    .click();
  await page.locator(".jp-FileEditor .cm-content").waitFor();
  await expect.poll(line).toBe("export const three = 3;");
});
