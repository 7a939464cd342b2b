/**
 * Random programs in poison mode: tensors that they keep are not changed by the engine, and gradients are equal with and without temporaries, and without poison
 * mode.
 */
import "../../support/poison.ts";
import { expect, test } from "vitest";
import { releasePoisoned, setPoison, sweep } from "../../../engine/src/tensor/storage/memory.ts";
import { differences, type Outcome, Program } from "../../support/programs.ts";

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const count = Number(process.env.TAPELAB_PROGRAMS ?? 300);
const first = Number(process.env.TAPELAB_FIRST_PROGRAM ?? 1);
const perTest = 100;

function run(seed: number, { createGraph = false, poison = true }): Outcome {
  setPoison(poison);
  try {
    return new Program(seed, createGraph).run();
  } finally {
    setPoison(true);
  }
}

test.each(Array.from({ length: Math.ceil(count / perTest) }, (_, i) => first + i * perTest))(
  "programs from seed %i",
  (start) => {
    const wrong: string[] = [];
    for (let seed = start; seed < start + perTest; seed++) {
      const plain = run(seed, { poison: false });
      const [walked, recorded] = [false, true].map((createGraph) => run(seed, { createGraph }));
      const found = [
        ...[plain, walked, recorded].flatMap((outcome) => outcome.changed),
        ...differences(walked, recorded),
        ...differences(plain, walked),
      ];
      if (found.length > 0) wrong.push(`program ${seed}: ${found.slice(0, 3).join("; ")}`);
      if (seed % 10 === 0) {
        sweep();
        releasePoisoned();
      }
    }
    expect(wrong).toEqual([]);
  },
);
