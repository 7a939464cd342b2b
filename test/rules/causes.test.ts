/** One cause, one file: each cause of explain and diagnose is defined in a file of its own, which has its id as its name. */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { allCauses } from "../../scripts/docs/causes-text.ts";
import { inRoot } from "../support/paths.ts";

test("each cause has a file of its own, named by its id", async () => {
  const files = globSync("**/*.ts", { cwd: inRoot("engine/src/inspect/causes") });
  const defined: [file: string, ids: string[]][] = [];
  for (const file of files) {
    const exports: Readonly<Record<string, unknown>> = await import(inRoot(`engine/src/inspect/causes/${file}`));
    const ids = allCauses.filter((cause) => Object.values(exports).includes(cause)).map((cause) => cause.id);
    if (ids.length > 0) defined.push([basename(file, ".ts"), ids]);
  }
  expect(defined.filter(([name, ids]) => ids.join() !== name)).toEqual([]);
  expect(defined.flatMap(([, ids]) => ids).sort()).toEqual(allCauses.map((cause) => cause.id).sort());
});
