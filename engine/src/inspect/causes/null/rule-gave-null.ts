/** A gradient rule that gave no gradient. */
import { type Cause, defineCause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { opWords } from "../gradient/place.ts";

export const ruleGaveNull: Cause<GradientCase> = defineCause({
  id: "rule-gave-null",
  symptoms: ["null"],
  title: "A gradient rule gave null",
  mechanism: "The rule of a custom op, or a hook of a node, returned null for this input, which counts as no gradient.",
  remedy: "Return a gradient for each input that needs one from the rule of the custom op.",
  find(c) {
    if (c.state !== "null" || c.grad !== null || c.formed !== null || !c.isReached || c.flow?.source === "unknown")
      return [];
    const stopped = c.passages.filter((p) => p.after === null);
    return stopped.map((p) => ({
      share: 1 / stopped.length,
      sentence: `The gradient rule of ${opWords(p.node)} gave null for input ${p.input + 1}.`,
      path: c.placesTo(p.node),
    }));
  },
});
