/** Batches that hold one class each, as data that is sorted by class and not shuffled gives. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { question, show, type TrainingCause, trainingCause } from "../shared.ts";

export const oneClassBatches: TrainingCause = trainingCause({
  id: "batches-of-one-class",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Batches of one class each",
  mechanism:
    "All targets of a batch are equal, and those of another batch are others: the data is sorted by class and not shuffled. Each step teaches the model to answer one class for everything, and the next undoes it.",
  remedy: "Shuffle the data: new data.DataLoader(set, { shuffle: true }).",
  find: ({ first, last }) => {
    if (first === last) return [];
    const classes = [first, last].map((view) => {
      const use = view.lossUses.find(
        (u) => u.name === "crossEntropy" || u.name === "nllLoss" || u.name.startsWith("binaryCrossEntropy"),
      );
      const target = use?.others.find((t) => view.isData(t));
      if (use === undefined || target === undefined || target.numel() < 4) return null;
      const labels = [...new Set(elements(target))];
      return labels.length === 1 ? { label: labels[0], use, count: target.numel() } : null;
    });
    const [a, b] = classes;
    // a discriminator is given real and generated examples in turns
    if (
      a === null ||
      b === null ||
      a === undefined ||
      b === undefined ||
      a.label === b.label ||
      first.passes.length > 1
    )
      return [];
    return [
      question({
        sentence: `All ${a.count} targets of one batch are ${show(a.label)}, and all ${b.count} of another are ${show(b.label)}: the data seems to be sorted by class and not shuffled.`,
        fix: "Shuffle the examples before they are cut into batches.",
        evidence: { "targets of the first step": show(a.label), "targets of the last step": show(b.label) },
        path: [placeOf(a.use.calls[0])],
      }),
    ];
  },
});
