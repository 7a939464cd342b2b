/** The causes of a tensor that does not learn although its gradient is there. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { clippedAway } from "./clipped.ts";
import { changedByHand } from "./grad-changed.ts";
import { neverCleared } from "./never-cleared.ts";
import { neverStepped } from "./never-stepped.ts";
import { notFiniteParameter } from "./not-finite-parameter.ts";
import { notAmongParameters } from "./optimizer-lacks-it.ts";
import { symmetry } from "./symmetry.ts";
import { updateSize } from "./update-size.ts";

export const learningCauses: readonly Cause<GradientCase>[] = [
  notFiniteParameter,
  notAmongParameters,
  neverStepped,
  clippedAway,
  neverCleared,
  changedByHand,
  updateSize,
  symmetry,
];
