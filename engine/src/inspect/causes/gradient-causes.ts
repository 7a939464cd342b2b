/** All causes that are looked for in the gradient of one tensor. */
import type { CauseFinding } from "../../protocol/index.ts";
import { type Cause, findCauses, type Symptom } from "./cause.ts";
import { finiteCauses } from "./finite/index.ts";
import type { GradientCase } from "./gradient/case.ts";
import { learningCauses } from "./learning/index.ts";
import { nullCauses } from "./null/index.ts";
import { sizeCauses } from "./size/index.ts";
import { zeroCauses } from "./zero/index.ts";

export const gradientCauses: readonly Cause<GradientCase>[] = [
  ...nullCauses,
  ...zeroCauses,
  ...finiteCauses,
  ...sizeCauses,
  ...learningCauses,
];

/** Returns the causes of a symptom. */
export const causesOf = (symptom: Symptom): Cause<GradientCase>[] =>
  gradientCauses.filter((cause) => cause.symptoms.includes(symptom));

/** Returns what is found about the gradient of one tensor, ranked. */
export const gradientFindings = (subject: GradientCase): CauseFinding[] => findCauses(gradientCauses, subject);
