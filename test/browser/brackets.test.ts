/** Indices in brackets in JupyterLab: results, errors inside of the text of a slice, the tooltip, and completion. */
import { expect, test } from "vitest";
import { useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const declarations = `import { arange, tensor } from "tapelab";
const x = arange(12).reshape([3, 4]).float();
const mask = x > 8;
let i = 1;`;

test("elements, slices, masks and assignments are written as one thinks; errors point into a slice; Shift+Tab and Tab work at brackets", async () => {
  const notebook = await workplace.open("brackets", [
    declarations,
    "x[0]",
    'x["1:3, ::2"]',
    'const y = x.clone();\ny[0] = 7;\ny[mask] = 0;\ny[":, 1"] += 1;\ny',
    "x[i, -1].item()",
    "const [first, ...rest] = x;\n[first.sum().item(), rest.length]",
    'const z = x[i, "1:b"];',
    'x["9, 0"]',
    "x[i:i + 2]",
    "if (mask) print(1)",
    "x",
  ]);
  const { page } = notebook;
  await notebook.done(5, 6);
  await notebook.done(6, 7);

  for (const text of ["0", "1", "2", "3"]) expect(await notebook.output(1).textContent()).toContain(text);
  expect(await notebook.output(2).textContent()).toContain("[2, 2]");
  const changed = (await notebook.output(3).textContent()) ?? "";
  expect(changed).toContain("[3, 4]");
  expect(changed).toContain("8");
  const text = async (n: number): Promise<string> =>
    (await notebook.output(n).locator(".jp-OutputArea-output").innerText()).replaceAll("\n", " ").trim();
  expect(await text(4)).toBe("7");
  expect(await text(5)).toBe("[ 6, 2 ]");
  for (const n of [0, 1, 2, 3, 4, 5])
    expect(
      await notebook.output(n).locator("[data-mime-type='application/vnd.jupyter.stderr']").count(),
      `warnings of cell ${n}`,
    ).toBe(0);

  // errors
  const shown = (n: number): Promise<string> => notebook.output(n).innerText();
  await notebook.output(6).getByText("unexpected b").waitFor();
  expect(await shown(6)).toMatch(/1 \| const z = x\[i, "1:b"\];\n +\| {19}\^/);
  // a request that comes before the reply of a cell that failed is aborted
  await notebook.run(7);
  await notebook.output(7).getByText("out of range for dimension 0 of size 3").waitFor();
  expect(await shown(7)).toMatch(/1 \| x\["9, 0"\]\n +\| {3}\^/);
  await notebook.done(7, 8);
  await notebook.run(8);
  await notebook.output(8).getByText("A slice is written as text").waitFor();
  expect(await shown(8)).toContain("[`${i}:${i + 2}`]");
  await notebook.done(8, 9);
  await notebook.run(9);
  await notebook.output(9).getByText("a.all().item()").waitFor();
  await notebook.done(9, 10);

  // in front of, inside and behind brackets
  const type = async (code: string, back = 0): Promise<void> => {
    await notebook.editor(10).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(code);
    for (let k = 0; k < back; k++) await page.keyboard.press("ArrowLeft");
  };
  const tooltips = [
    ["x[0]", 3, "const x: Tensor"],
    ["x[i, 0]", 5, "let i: number"],
    ['x["1:3"].mean()', 3, "Tensor.mean(dim?"],
  ] as const;
  for (const [code, back, expected] of tooltips) {
    await type(code, back);
    await page.keyboard.press("Shift+Tab");
    await page.locator(".jp-Tooltip").getByText(expected).first().waitFor();
    await page.keyboard.press("Escape");
  }
  const matches = page.locator(".jp-Completer-match");
  for (const [code, expected] of [
    ["x[0].softm", "softmax"],
    ['x["1:3"].medi', "median"],
    ["x[mas", "mask"],
  ] as const) {
    await type(code);
    await page.keyboard.press("Tab");
    // a single completion is inserted at once
    await expect
      .poll(async () => `${await notebook.editor(10).innerText()} ${(await matches.allInnerTexts()).join(",")}`)
      .toContain(expected);
    await page.keyboard.press("Escape");
  }
  // the text of an index has no members; JupyterLab itself may suggest words of the notebook
  await type('x["1:3, ma');
  const answered = await notebook.countReplies("complete_reply");
  await page.keyboard.press("Tab");
  await expect.poll(answered).toBeGreaterThan(0);
  await page.waitForTimeout(300);
  expect(await matches.allInnerTexts()).not.toContain("abs");
});
