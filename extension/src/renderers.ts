/** The renderers of all kinds of output, one line each. */
import { attributionRenderer } from "./render/attribution/view.js";
import { stopRenderer } from "./render/breakpoints/view.js";
import { checkRenderer } from "./render/check/view.js";
import { confusionRenderer } from "./render/confusion/view.js";
import { controlsRenderer } from "./render/controls.js";
import { diagnosisRenderer } from "./render/diagnose/view.js";
import { diffRenderer } from "./render/diff/view.js";
import { explainRenderer } from "./render/explain/view.js";
import { gradientsRenderer } from "./render/gradients/view.js";
import { graphRenderer } from "./render/graph/view.js";
import { memoryRenderer } from "./render/memory/view.js";
import { numericsRenderer } from "./render/numerics/view.js";
import { originRenderer } from "./render/origin/view.js";
import { ratesRenderer } from "./render/rates/view.js";
import { shapesRenderer } from "./render/shapes/view.js";
import type { Renderer } from "./render/shared/renderer.js";
import { stepsRenderer } from "./render/steps/view.js";
import { tapeRenderer } from "./render/tape/view.js";
import { tensorRenderer } from "./render/tensor/view.js";
import { trainingRenderer } from "./render/training/view.js";
import { watchRenderer } from "./render/watch/view.js";

export const renderers: readonly Renderer[] = [
  stopRenderer,
  tapeRenderer,
  stepsRenderer,
  gradientsRenderer,
  graphRenderer,
  explainRenderer,
  diagnosisRenderer,
  tensorRenderer,
  diffRenderer,
  originRenderer,
  confusionRenderer,
  numericsRenderer,
  shapesRenderer,
  controlsRenderer,
  attributionRenderer,
  memoryRenderer,
  trainingRenderer,
  ratesRenderer,
  watchRenderer,
  checkRenderer,
];
