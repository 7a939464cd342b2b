/** The looks in which people read a page: light and dark, narrow, high contrast, and from right to left. */
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { violations } from "./axe.ts";
import type { Notebook } from "./notebook.ts";

/** A look: how a page gets it, and how it is as before. */
interface Look {
  readonly begin: (notebook: Notebook) => Promise<unknown>;
  readonly end: (notebook: Notebook) => Promise<unknown>;
}

const wide = { width: 1280, height: 1000 };

const looks: Readonly<Record<string, Look>> = {
  light: { begin: async () => undefined, end: async () => undefined },
  narrow: {
    begin: ({ page }) => page.setViewportSize({ width: 620, height: 1000 }),
    end: ({ page }) => page.setViewportSize(wide),
  },
  contrast: {
    begin: ({ page }) => page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" }),
    end: ({ page }) => page.emulateMedia({ forcedColors: "none", reducedMotion: "no-preference" }),
  },
  rtl: {
    begin: ({ page }) => page.evaluate(() => document.documentElement.setAttribute("dir", "rtl")),
    end: ({ page }) => page.evaluate(() => document.documentElement.removeAttribute("dir")),
  },
  dark: {
    begin: (notebook) => notebook.setTheme("Dark"),
    end: (notebook) => notebook.setTheme("Light"),
  },
};

/** Does something in each look, one after the other. */
export async function inEveryLook(notebook: Notebook, act: (look: string) => Promise<void>): Promise<void> {
  for (const [name, { begin, end }] of Object.entries(looks)) {
    await begin(notebook);
    await act(name);
    await end(notebook);
  }
}

/** Returns descriptions of parts that stick out of an element, where neither it scrolls nor a part of it scrolls or is cut on purpose. */
const sticking = (target: Locator): Promise<string[]> =>
  target.evaluate((node) => {
    const { left, right } = node.getBoundingClientRect();
    const overflow = (part: Element): string => getComputedStyle(part).overflowX;
    const isFree = (part: Element | null): boolean =>
      part === null || part === node || (overflow(part) === "visible" && isFree(part.parentElement));
    if (["auto", "scroll"].includes(overflow(node))) return [];
    return [...node.querySelectorAll("*")].flatMap((part) => {
      const box = part.getBoundingClientRect();
      const isOut = box.width > 0 && (box.right > right + 1 || box.left < left - 1);
      const isInPicture = part.tagName !== "svg" && part.closest("svg, mjx-container") !== null;
      return isOut && !isInPicture && isFree(part.parentElement) ? [part.outerHTML.slice(0, 120)] : [];
    });
  });

/** Checks that nothing sticks out of an element, and that it has no violations of accessibility. Saves a picture of it, if the environment names a folder. */
export async function checkLook(target: Locator, name: string): Promise<void> {
  // views are laid out anew after the width has changed
  await expect.poll(() => sticking(target), { message: name }).toEqual([]);
  const mark = await target.evaluate((node) => {
    node.setAttribute("data-look", "");
    return '[data-look=""]';
  });
  expect(await violations(target.page(), mark), name).toEqual([]);
  await target.evaluate((node) => node.removeAttribute("data-look"));
  const folder = process.env["TAPELAB_PICTURES"];
  if (folder !== undefined) await target.screenshot({ path: join(folder, `look-${name}.png`) });
}
