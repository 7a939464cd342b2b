/** A first loss far above that of guessing. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { question, show, type TrainingCause, trainingCause } from "../shared.ts";

/** The first loss is this many times that of guessing, and as large as this at least. */
const [times, least] = [15, 20];

export const initialLoss: TrainingCause = trainingCause({
  id: "initial-loss",
  certainty: "data",
  symptoms: ["not learning", "huge"],
  title: "The first loss is far above that of guessing",
  mechanism:
    "A model that knows nothing should give all classes about the same probability, so that the first loss is near the logarithm of their number. A loss that is many times larger means that the logits are large before anything is learned: inputs, embeddings or initial weights are too large, and the first steps only undo that. It is looked for where nothing else is found.",
  remedy: "Look at the size of inputs, embeddings and logits in the first step, and scale down what is large.",
  find: ({ first, losses }) =>
    first.lossUses
      .flatMap(({ name, prediction, calls }) => {
        const classes = prediction.shape[1] ?? 0;
        const isClassification = name === "crossEntropy" && classes >= 2 && first.lossUses.length === 1;
        const [loss] = losses;
        if (!isClassification || first.step.index !== 0 || calls.at(-1)?.outputs[0].numel() !== 1) return [];
        const value = first.passes[0]?.pass.loss ?? Number.NaN;
        const guessing = Math.log(classes);
        if (value !== loss || !(loss > times * guessing && loss > least)) return [];
        return [
          question({
            sentence: `The first loss is ${show(loss)}, where guessing one of ${classes} classes gives ${show(guessing)}: the logits are large before anything is learned.`,
            fix: "Scale down the inputs, embeddings or initial weights that make the logits large.",
            evidence: { "first loss": show(loss), "loss of guessing": show(guessing) },
            path: [placeOf(calls[0])],
          }),
        ];
      })
      .slice(0, 1),
});
