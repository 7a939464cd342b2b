/** Trainings by `fit` as a kind of output. */
import type { TrainingData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { trainingSvg } from "./svg.ts";
import { trainingText } from "./text.ts";

export const trainingOutput: Output<TrainingData> = defineOutput({
  mime: "application/vnd.tapelab.training.v1+json",
  schema: 1,
  text: trainingText,
  still: (data) => ({ "image/svg+xml": trainingSvg(data) }),
});
