/** A `grad` that was made smaller after backward. */
import { type Cause, defineCause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { num } from "../gradient/words.ts";
import { norms } from "./norms.ts";

export const clippedAway: Cause<GradientCase> = defineCause({
  id: "clipped",
  symptoms: ["zero", "not learning"],
  title: "Clipped or set to 0 after backward",
  mechanism:
    "clipGradNorm scales gradients so that their norm is at most the limit, and clipGradValue limits each element. A limit that is far below the usual norm leaves next to nothing.",
  remedy:
    "Set the limit to about the norm that the gradients have in a sound step (0.5 to 10 for a norm); do not multiply grad by 0.",
  find(c) {
    const { relation } = c;
    if (relation.kind === "zero")
      return [
        {
          sentence: "The gradient was set to 0 after backward, which had formed another one.",
          evidence: norms(c),
        },
      ];
    const before = c.formedNumbers?.peak ?? 0;
    const factor =
      relation.kind === "scaled" ? relation.factor : relation.kind === "limited" ? relation.factor / before : 1;
    if (factor >= 1) return [];
    return [
      {
        kind: factor < 1e-2 ? "fault" : "fact",
        share: 1 - factor,
        sentence: `The gradient was ${relation.kind === "scaled" ? "scaled" : "limited"} after backward, to ${num(factor)} of its size.`,
        evidence: norms(c),
      },
    ];
  },
});
