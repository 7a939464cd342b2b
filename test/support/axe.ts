/** Checks of accessibility by axe. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}
declare const axe: { run(target: string, options: object): Promise<AxeResult> };

/** Returns the violations of WCAG 2.2 AA, and of axe's best practices for parts of a page, in the elements that a CSS selector finds. */
export async function violations(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(source);
  const { violations: found } = await page.evaluate(
    (target) =>
      axe.run(target, {
        rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false } },
        resultTypes: ["violations"],
      }),
    selector,
  );
  return found.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
