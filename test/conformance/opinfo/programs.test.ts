/** Random programs over all operators, with views, changes in place, second derivatives, tangents and batches, give PyTorch's results. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";
import { checkProgram, type Program } from "./programs.ts";

const programs = gunzipSync(readFileSync(inRoot("test/conformance/opinfo/programs.json.gz")))
  .toString()
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Program);

const inTest = 50;

test.each(Array.from({ length: Math.ceil(programs.length / inTest) }, (_, i) => i * inTest))(
  "programs from %i on agree with PyTorch",
  (from) => {
    const failures = programs.slice(from, from + inTest).flatMap((program, i) => {
      const message = checkProgram(program);
      return message === null ? [] : [`program ${from + i}: ${message}`];
    });
    expect(failures).toEqual([]);
  },
);
