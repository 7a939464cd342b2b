/** Dropout that dropped every element. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { stopCause } from "../gradient/stop-cause.ts";

export const allDropped: Cause<GradientCase> = stopCause({
  id: "all-dropped",
  way: "mask",
  title: "Dropout of everything",
  mechanism:
    "Dropout passes the gradient through the elements that it keeps. With p near 1, or on a tensor of few elements, it can drop all of them.",
  remedy: "Use a smaller p (it is the probability to drop, not to keep), and apply dropout to wide layers only.",
  many: null,
  whole: ({ op }) => `The gradient stops at dropout: ${op} dropped every element.`,
});
