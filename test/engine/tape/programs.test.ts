/** Random programs under poison mode: what they keep stays as it was, and a walk with temporaries gives what one without gives. */
import "../../support/poison.ts";
import { expect, test } from "vitest";
import { releasePoisoned, sweep } from "../../../engine/src/tensor/memory.ts";
import { differences, Program } from "../../support/programs.ts";

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const count = Number(process.env.TAPELAB_PROGRAMS ?? 300);
const first = Number(process.env.TAPELAB_FIRST_PROGRAM ?? 1);
const perTest = 100;

test.each(Array.from({ length: Math.ceil(count / perTest) }, (_, i) => first + i * perTest))(
  "programs from seed %i",
  (start) => {
    const wrong: string[] = [];
    for (let seed = start; seed < start + perTest; seed++) {
      const [walked, recorded] = [false, true].map((createGraph) => new Program(seed, createGraph).run());
      const found = [...walked.changed, ...recorded.changed, ...differences(walked, recorded)];
      if (found.length > 0) wrong.push(`program ${seed}: ${found.slice(0, 3).join("; ")}`);
      if (seed % 10 === 0) {
        sweep();
        releasePoisoned();
      }
    }
    expect(wrong).toEqual([]);
  },
);
