/** The signatures that calls are checked against are those that the types declare. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

test("engine/src/api is current", () => {
  const { status, stderr } = spawnSync(process.execPath, [inRoot("scripts/signatures.mjs"), "--check"], {
    encoding: "utf8",
  });
  expect(status, `run npm run signatures, which writes engine/src/api anew:\n${stderr}`).toBe(0);
}, 120_000);
