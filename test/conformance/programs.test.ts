/** Random programs with views, in-place changes and second derivatives against PyTorch; PROGRAMS names another file of make_programs.py. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";
import { compareProgram, type Program } from "../support/stored-programs.ts";

const path = process.env["PROGRAMS"] ?? inRoot("test/conformance/programs.json.gz");
const { programs } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as { readonly programs: readonly Program[] };

const inTest = 100;

/** Seeds of programs whose result jumps with the last bit of an intermediate one: the remainder by 0.5 of a quotient that is -2 but for rounding. */
const atJumps: ReadonlySet<number> = new Set([1211546963]);

describe("random programs do what they do in PyTorch", () => {
  test.each(Array.from({ length: Math.ceil(programs.length / inTest) }, (_, i) => i * inTest))("from %i on", (from) => {
    const off = programs.slice(from, from + inTest).flatMap((p, k) => {
      const what = atJumps.has(p.seed) ? null : compareProgram(p);
      return what === null
        ? []
        : [`program ${from + k}: ${what}\n  ${JSON.stringify({ ...p, data: undefined, results: undefined })}`];
    });
    expect(off.join("\n"), "programs that differ").toBe("");
  });
});
