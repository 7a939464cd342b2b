/** Elements that were read as an array or a number, and made into a new tensor. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { cutCause } from "../gradient/cut-cause.ts";

export const roundTrip: Cause<GradientCase> = cutCause({
  id: "round-trip",
  kinds: ["array"],
  title: "A round trip through arrays or numbers",
  mechanism:
    "toArray, tolist, toTypedArray and item give plain numbers, which know nothing of the tape. A tensor that is made of them is a new leaf or a constant. The same elements in both are the evidence; where they are few and common, it may be chance. Numbers that were changed in between are not recognised: that a tensor of as many numbers was made afterwards is a question only.",
  remedy:
    "Keep the value as a tensor: stack, cat, reshape and indexing replace most loops over arrays; use item() for printing and logging only.",
  kind: ({ cut }) => (cut.match === "elements" ? "fault" : "question"),
  words: ({ cut }, where) =>
    `was read by ${cut.op}${where} as plain numbers${cut.match === "count" ? "" : ", of which a new tensor was made"}`,
});
