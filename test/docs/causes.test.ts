/** The page of causes lists every cause, and is current. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allCauses, causesPage } from "../../scripts/docs/causes-text.ts";
import { inRoot } from "../support/paths.ts";

test("docs/causes.md is current", () => {
  const text = readFileSync(inRoot("docs/causes.md"), "utf8");
  expect(text === causesPage(), "docs/causes.md is out of date: run npm run causes").toBe(true);
});

test("there are at least 60 causes, each with a name of its own, and all are on the page", () => {
  const ids = allCauses.map((cause) => cause.id);
  expect(ids.length).toBeGreaterThanOrEqual(60);
  expect([...new Set(ids)]).toEqual(ids);
  const page = causesPage();
  expect(ids.filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
});
