/** A new tensor that was made of another one. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { cutCause } from "../gradient/cut-cause.ts";

export const copied: Cause<GradientCase> = cutCause({
  id: "copied",
  kinds: ["copy"],
  title: "Made into a new tensor or parameter",
  mechanism:
    "tensor(x) and new nn.Parameter(x) make a new leaf with the elements of x. The new tensor gets gradients; x and what it was computed from get none.",
  remedy:
    "Use x itself. For a copy on the tape use x.clone(); create a Parameter once, of plain data, and compute with it.",
  words: ({ cut }, where) => `was made into a new leaf by ${cut.op}${where}`,
});
