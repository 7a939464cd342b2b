/** Dropout as the last op of the model. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { compositeOf, lossScopeOf } from "../../../diagnose/record/roles.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const dropoutOnOutput: TrainingCause = trainingCause({
  id: "dropout-on-output",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Dropout on the output",
  mechanism:
    "The last op of the model is dropout, so the loss compares targets with outputs of which some are set to 0 and the others are scaled up: the error cannot fall below that noise.",
  remedy: "Remove the dropout after the last layer.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ prediction, name }) => {
      const before = first.flow.origin(prediction);
      if (
        before === null ||
        !first.isInModel(before) ||
        lossScopeOf(before) !== null ||
        !/dropout/i.test(compositeOf(before)?.name ?? "")
      )
        return [];
      return [
        fault({
          sentence: `The last op of the model is ${compositeOf(before)?.name ?? "dropout"}: ${name} reads outputs of which some are set to 0.`,
          fix: "Remove the dropout after the last layer.",
          evidence: { "output of dropout": shapeText(prediction.shape) },
          path: [placeOf(before)],
        }),
      ];
    }),
});
