/** Targets that are padding and count in the loss. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { countedTargets } from "../../../diagnose/record/step-view.ts";
import { percent, question, show, type TrainingCause, trainingCause } from "../shared.ts";
import { isFloat } from "./values.ts";

export const ignoredShare: TrainingCause = trainingCause({
  id: "padding-in-loss",
  certainty: "data",
  symptoms: ["not learning"],
  title: "Padding counts in the loss",
  mechanism:
    "Most targets of a sequence are one label at the end of the rows: padding that the loss does not ignore, so that the model learns to answer padding.",
  remedy: "Pass ignoreIndex with the label of the padding.",
  find: ({ last }) =>
    last.lossUses.flatMap((use) => {
      const { name, prediction, others, calls } = use;
      if (name !== "crossEntropy" && name !== "nllLoss") return [];
      const source = others.find((t) => last.isData(t) && !isFloat(t));
      if (source === undefined || prediction.ndim < 2) return [];
      const x = elements(source);
      const pad = x[x.length - 1];
      const share = x.filter((v) => v === pad).length / x.length;
      const rows = last.inputs.find((t) => t.ndim >= 2 && t.shape[0] * t.shape[1] === x.length);
      if (countedTargets(use, source).length < x.length) return [];
      if (rows === undefined || rows.shape[1] < 4 || share < 0.5 || x.length < 20) return [];
      const width = rows.shape[1];
      // padding stands at the ends of the rows, and nowhere before other labels
      for (let r = 0; r < x.length / width; r++) {
        const row = x.slice(r * width, (r + 1) * width);
        const from = row.indexOf(pad);
        if (from >= 0 && row.slice(from).some((v) => v !== pad)) return [];
      }
      return [
        question({
          share,
          sentence: `${percent(share)} of the targets are ${show(pad)}, always at the ends of the rows: it looks like padding that counts in the loss.`,
          fix: `Pass ignoreIndex: ${show(pad)} if it is padding.`,
          evidence: { "targets that are padding": percent(share) },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
