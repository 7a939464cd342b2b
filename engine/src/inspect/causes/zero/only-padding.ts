/** An embedding whose indices are all those of the padding row. */
import type { Cause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { countPositive } from "../gradient/numbers.ts";
import { type StopFacts, stopCause } from "../gradient/stop-cause.ts";

/** Whether a choice is between a value and the same value off the tape, by which rows of padding are left out of the gradient. */
export const isPadding = ({ input, others }: StopFacts): boolean =>
  input !== null && others.some((o) => o.position === 1 && o.tensor.storage === input.storage);

export const onlyPadding: Cause<GradientCase> = stopCause({
  id: "only-padding",
  way: "choice",
  title: "Only padding rows",
  mechanism:
    "The row paddingIdx of an embedding gets no gradient. If every index of a batch is that row, because the sequences are empty, were cut to nothing, or the index of an unknown word is that of the padding, the table gets none at all.",
  remedy:
    "Check the indices of the batch: unknown words and padding need different indices, and a batch needs sequences that are not empty.",
  many: null,
  applies: isPadding,
  whole: ({ op }) => `The gradient stops at ${op}: every index is that of the padding row, which gets no gradient.`,
  evidence: ({ others, subject }) =>
    others
      .filter((o) => o.position === 0 && subject.flow !== null)
      .map((o) => fact("indices of the padding row", `${countPositive(o.tensor)} of ${o.tensor.numel()}`)),
});
