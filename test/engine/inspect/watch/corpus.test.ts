/** The corpus of trainings, watched: sound ones raise no alarm, and broken ones are named. */
import { manualSeed, watch } from "tapelab";
import { describe, expect, test } from "vitest";
import { batchesOf, optimizersOf, stepOf } from "../../../../engine/src/inspect/diagnose/run/options.ts";
import { heads } from "../corpus/heads.ts";
import { loops } from "../corpus/loops.ts";
import type { Training } from "../corpus/program.ts";
import { rates } from "../corpus/rates.ts";
import { sound } from "../corpus/sound.ts";
import { soundUnseen } from "../corpus/unseen/sound.ts";

/** Runs a training with a watch, and returns its alarms. */
function alarmsOf(build: () => Training, steps = 40): { readonly cause: string; readonly text: string }[] {
  manualSeed(11);
  const { model, ...options } = build();
  const optimizers = optimizersOf(options.optimizer);
  const run = watch(model, { optimizer: optimizers, share: 1 });
  const batches = batchesOf(options.data);
  const step = stepOf(model, options);
  try {
    for (let i = 0; i < steps; i++) step(batches.next().value as never, i);
  } finally {
    run.stop();
  }
  return run.alarms.map(({ step: at, finding }) => ({
    cause: finding.cause,
    text: `${at} ${finding.kind} ${finding.cause}: ${finding.sentence}`,
  }));
}

const isSynchronous = ({ step }: Training): boolean => step === undefined || step.constructor.name === "Function";

describe("a sound training raises no alarm", () => {
  const programs = [...sound, ...soundUnseen].filter(({ build }) => {
    const training = build();
    return isSynchronous(training) && optimizersOf(training.optimizer).length > 0;
  });
  test.each(programs)("$name", ({ build }) => {
    expect(alarmsOf(build).map((a) => a.text)).toEqual([]);
  });
});

/** Broken trainings that a watch does not name: no optimizer steps after backward, or it takes more steps than are recorded in a row. */
const unnamed: readonly string[] = [
  "step before backward",
  "forgotten optimizer.step()",
  "decay of each epoch applied in each step",
];

describe("a broken training is named, unless an error stops it", () => {
  const programs = [...heads, ...loops, ...rates].filter(({ name, build }) => {
    const training = build(true);
    return isSynchronous(training) && optimizersOf(training.optimizer).length > 0 && !unnamed.includes(name);
  });
  test.each(programs)("$name", ({ build, causes }) => {
    let alarms: ReturnType<typeof alarmsOf> = [];
    try {
      alarms = alarmsOf(() => build(true));
    } catch (error) {
      expect(String(error)).toMatch(/^(ArgumentError|GradError): /);
      return;
    }
    expect(alarms.map((a) => a.cause).filter((cause) => causes.includes(cause))).not.toEqual([]);
  });
});
