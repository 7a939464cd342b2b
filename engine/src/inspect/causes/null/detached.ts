/** A value that was detached. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { cutCause } from "../gradient/cut-cause.ts";

export const detached: Cause<GradientCase> = cutCause({
  id: "detached",
  kinds: ["detach"],
  title: "Detached",
  mechanism:
    "detach gives a tensor with the same elements that is off the tape. Ops on it are recorded as ops on a constant, so that no gradient flows back through it. A target network, a state that is carried over and a logged value are detached on purpose.",
  remedy: "Remove the detach, or use the tensor itself where its gradient is wanted, and the detached one elsewhere.",
  words: (_, where) => `was detached${where}`,
});
