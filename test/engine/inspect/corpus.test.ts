/** The corpus of trainings: broken ones are named rightly and never wrongly, repaired and sound ones raise no alarm. */
import { describe, expect, test } from "vitest";
import { gradientCauses } from "../../../engine/src/inspect/causes/gradient-causes.ts";
import { trainingCauses } from "../../../engine/src/inspect/causes/training/index.ts";
import { data } from "./corpus/data.ts";
import { heads } from "./corpus/heads.ts";
import { loops } from "./corpus/loops.ts";
import { modules } from "./corpus/modules.ts";
import { parameters } from "./corpus/parameters.ts";
import { rates } from "./corpus/rates.ts";
import { beginners } from "./corpus/reported/beginners.ts";
import { images } from "./corpus/reported/images.ts";
import { mixed } from "./corpus/reported/mixed.ts";
import { plain } from "./corpus/reported/plain.ts";
import { recurrent } from "./corpus/reported/recurrent.ts";
import { soundReported } from "./corpus/reported/sound.ts";
import { alarmsOf, outcomeOf } from "./corpus/run.ts";
import { shapes } from "./corpus/shapes.ts";
import { sound } from "./corpus/sound.ts";
import { agents } from "./corpus/unseen/agents.ts";
import { texts } from "./corpus/unseen/sequences.ts";
import { soundUnseen } from "./corpus/unseen/sound.ts";
import { tables } from "./corpus/unseen/tables.ts";
import { vision } from "./corpus/unseen/vision.ts";

/** Programs that were written after the causes, without regard to their predicates. */
const unseen = [...agents, ...tables, ...texts, ...vision];
/** Programs after public reports, in code of our own. */
const reported = [...beginners, ...recurrent, ...images, ...plain, ...mixed];
const programs = [...heads, ...loops, ...parameters, ...rates, ...shapes, ...modules, ...data];

describe("a broken training", () => {
  test.each(programs)("$name", (program) => {
    const { isNamed, wrong, report } = outcomeOf(program);
    expect({ isNamed, wrong }, report).toEqual({ isNamed: true, wrong: [] });
  });
});

describe("a broken training of the second corpus", () => {
  test.each(unseen)("$name", (program) => {
    const { isNamed, wrong, report } = outcomeOf(program);
    expect({ isNamed, wrong }, report).toEqual({ isNamed: true, wrong: [] });
  });
});

describe("a broken training of the corpus after public reports", () => {
  test.each(reported)("$name", (program) => {
    const { isNamed, wrong, report } = outcomeOf(program);
    expect({ isNamed, wrong }, report).toEqual({ isNamed: true, wrong: [] });
  });
});

describe("its repaired twin raises no alarm", () => {
  test.each([...programs, ...unseen, ...reported])("$name", ({ build }) => {
    expect(alarmsOf({ build: () => build(false) })).toEqual([]);
  });
});

describe("a sound training raises no alarm", () => {
  test.each([...sound, ...soundUnseen, ...soundReported])("$name", (program) => {
    expect(alarmsOf(program)).toEqual([]);
  });
});

test("the corpus has at least 60 broken and 15 sound trainings, and at least 60 causes are known", () => {
  expect(programs.length).toBeGreaterThanOrEqual(60);
  expect(sound.length).toBeGreaterThanOrEqual(15);
  const ids = [...trainingCauses, ...gradientCauses].map((cause) => cause.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(60);
});

test("every cause of a training is shown by a program", () => {
  const shown = new Set([...programs, ...unseen, ...reported].flatMap((p) => p.causes));
  expect(trainingCauses.map((c) => c.id).filter((id) => !shown.has(id))).toEqual([]);
});
