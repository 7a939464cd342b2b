/** A selection without elements. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { opWords } from "../gradient/place.ts";

export const nothingSelected: Cause<GradientCase> = defineCause({
  id: "nothing-selected",
  symptoms: ["zero"],
  title: "Nothing was selected",
  mechanism:
    "A mask that is false throughout, an empty list of indices, and bags that hold nothing but padding select no elements. The result does not depend on the tensor, whose gradient is 0.",
  remedy: "Check the mask or the indices of this batch, and leave out batches in which nothing is selected.",
  find(c) {
    if (c.state !== "zero") return [];
    const empty = c.passages.filter((p) => p.before.total > 0 && p.contribution?.numel() === 0);
    return empty.map((p) => ({
      share: 1 / empty.length,
      sentence: `The gradient ends at ${opWords(p.node)}: what was selected from ${c.name} has no elements.`,
      path: c.placesTo(p.node),
      evidence: [fact("shape of the selection", `[${p.contribution?.shape.join(", ")}]`)],
    }));
  },
});
