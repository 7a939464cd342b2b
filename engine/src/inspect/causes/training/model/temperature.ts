/** Logits that are scaled so much that softmax is certain, or even. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { question, show, type TrainingCause, trainingCause } from "../shared.ts";

/** Losses that apply softmax, or read its logarithm. */
const softmaxLosses: ReadonlySet<string> = new Set(["crossEntropy", "nllLoss"]);

export const temperature: TrainingCause = trainingCause({
  id: "temperature",
  certainty: "structure",
  symptoms: ["not learning", "huge", "tiny", "zero"],
  title: "A temperature that is too small or too large",
  mechanism:
    "Logits are divided by a temperature before softmax. One that is far too small makes logits of hundreds, so that softmax chooses one class with certainty and the gradient comes from a few examples only; one that is far too large makes all classes alike. It is found where a loss of classes reads logits that a constant has scaled by a hundred or more.",
  remedy: "Use a temperature between 0.05 and 1 for cosines, and √d for products of d numbers.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, prediction }) => {
      if (!softmaxLosses.has(name)) return [];
      const call = first.flow.origin(prediction);
      const constant = call?.inputs.find((x) => x.wrapped !== null);
      if (call === null || constant === undefined || call.op.accumulation !== "scale") return [];
      const value = Math.abs(elements(constant)[0]);
      const factor = call.op.breaks === "quotient" ? 1 / value : value;
      const logits = elements(prediction);
      const size = Math.sqrt(logits.reduce((s, v) => s + v * v, 0) / logits.length);
      const isSharp = factor >= 50 && size > 30;
      const isEven = factor <= 0.01 && size < 0.05;
      if (!isSharp && !isEven) return [];
      return [
        question({
          sentence: `The logits of ${name} are multiplied by ${show(factor)} and have the size ${show(size)}: softmax is ${isSharp ? "certain of one class from the beginning" : "nearly even for any input"}.`,
          fix: "Use a temperature between 0.05 and 1 for cosines, and √d for products of d numbers.",
          evidence: { factor: show(factor), "size of the logits": show(size) },
          path: [placeOf(call)],
        }),
      ];
    }),
});
