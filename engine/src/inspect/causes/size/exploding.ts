/** Gradients that grow from layer to layer. */
import { type Cause, defineCause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { findChain } from "./chain.ts";
import { isHuge } from "./limits.ts";

export const exploding: Cause<GradientCase> = defineCause({
  id: "exploding",
  symptoms: ["huge"],
  title: "Exploding gradient",
  mechanism:
    "Where slopes or weights are above 1, the product along the way grows exponentially with the depth, as in a recurrent network or one that was initialized with too large a scale.",
  remedy:
    "Initialize with a smaller scale (Xavier, He), normalize, clip the norm of the gradients, or take fewer steps through time.",
  find: (c) => (isHuge(c) ? findChain(c, false) : []),
});
