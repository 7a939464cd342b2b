/** The renderers of all kinds of output, one line each. */
import { confusionRenderer } from "./render/confusion/view.js";
import { controlsRenderer } from "./render/controls.js";
import { gradientsRenderer } from "./render/gradients/view.js";
import type { Renderer } from "./render/shared/renderer.js";
import { tapeRenderer } from "./render/tape/view.js";
import { tensorRenderer } from "./render/tensor/view.js";

export const renderers: readonly Renderer[] = [
  tapeRenderer,
  gradientsRenderer,
  tensorRenderer,
  confusionRenderer,
  controlsRenderer,
];
