/** The page of a graded class in Chromium: its parts, accessibility in both colour schemes, and narrow windows. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { inRoot, venvTool } from "../support/paths.ts";
import { sharedBrowser } from "../support/shared.ts";

const answer = (name: string): string =>
  `const relu = (x: Tensor) => { const ${name} = x.gt(0).to("float32"); return ${name}.mul(x).add(0).reshape([...x.shape]); };`;

/** Returns the result of a student, as `tapelab grade` writes it. */
function result(student: string, score: number, hint: string | null, name: string): object {
  const checks = [{ check: "check.close", passed: hint === null, hint }];
  const tests = [{ id: "values", points: 2, score, outputs: [], checks }];
  return {
    student,
    scores: { values: score },
    score,
    max: 2,
    log: [],
    tests,
    answers: { relu: answer(name) },
    seconds: 1.5,
  };
}

/** Writes the page of a class of three, and returns its address. */
function writePage(): string {
  const folder = mkdtempSync(join(tmpdir(), "tapelab-class-"));
  const rows = [
    result("ada", 2, null, "mask"),
    result("bob", 0, "The sign is wrong.", "positive"),
    { ...result("cy", 1, "The sign is wrong.", "x"), answers: {} },
  ];
  writeFileSync(join(folder, "grades.json"), JSON.stringify(rows));
  const env = { ...process.env, PYTHONPATH: inRoot("kernel", "python") };
  execFileSync(venvTool("python"), ["-m", "tapelab", "dashboard", folder, "--title", "Week 1"], { env });
  return pathToFileURL(join(folder, "dashboard.html")).href;
}

test("the page shows the class in light, dark and narrow windows", async () => {
  const address = writePage();
  const page = await (await sharedBrowser()).newPage();
  try {
    await page.goto(address);
    expect(await page.locator("h1").textContent()).toBe("Week 1");
    expect(await page.locator("dl.cards dd").allTextContents()).toEqual(["3", "1 of 2", "1", "1", "1.5 s"]);
    expect(await page.locator("svg .count").allTextContents()).toEqual("1 0 0 0 0 1 0 0 0 1".split(" "));
    expect(await page.locator("q").textContent()).toBe("The sign is wrong.");
    expect(await page.getByRole("table", { name: "Pairs of students" }).locator("tbody th").textContent()).toBe(
      "ada and bob",
    );
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page, "html"), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  } finally {
    await page.close();
  }
});
