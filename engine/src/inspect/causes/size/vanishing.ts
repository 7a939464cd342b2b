/** Gradients that shrink from layer to layer. */
import { type Cause, defineCause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { findChain } from "./chain.ts";
import { isTiny } from "./limits.ts";

export const vanishing: Cause<GradientCase> = defineCause({
  id: "vanishing",
  symptoms: ["tiny"],
  title: "Vanishing gradient",
  mechanism:
    "Each op multiplies the gradient by its slope. A sigmoid has a slope of at most 0.25, tanh of at most 1; with small weights, layer after layer, the product falls exponentially with the depth. The rate is stated for each kind of op on the way.",
  remedy:
    "Use relu, gelu or silu in place of sigmoid and tanh, a He or Xavier initialization, normalization layers, residual connections; fewer steps through time, or an LSTM or GRU.",
  find: (c) => (isTiny(c) ? findChain(c, true) : []),
});
