/** Inputs on an unusual scale. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { isAffine } from "../../../diagnose/record/roles.ts";
import { lossChange } from "../loss/loss-change.ts";
import { fault, question, show, type TrainingCause, trainingCause } from "../shared.ts";
import { rateTooLarge } from "../update/learning-rate-too-large.ts";
import { isFloat, readerOf, statistics } from "./values.ts";

export const inputScale: TrainingCause = trainingCause({
  id: "inputs-not-normalized",
  certainty: "structure",
  symptoms: ["not learning", "huge", "zero", "tiny"],
  title: "Inputs that are not normalized",
  mechanism:
    "Initial weights suit inputs of mean 0 and deviation 1. Pixels from 0 to 255, or columns on very different scales, make the first layer's outputs and gradients large, saturate activations, and force a tiny learning rate. It is found where a layer with weights reads inputs whose size is far above 1, or whose columns differ by a factor of a thousand.",
  remedy: "Subtract the mean and divide by the deviation of the training data, for each column; divide pixels by 255.",
  find: (training) => {
    const { first } = training;
    return first.inputs
      .flatMap((t) => {
        if (!isFloat(t) || t.numel() < 8) return [];
        const reader = readerOf(first, t);
        if (reader === null || !isAffine(reader)) return [];
        const x = elements(t);
        const { mean, std, most, rms } = statistics(x);
        const width = t.ndim >= 2 ? t.shape[t.ndim - 1] : 1;
        const columns =
          width > 1 && width <= 512 && reader.op.role === "affine" && reader.inputs[1].ndim === 2
            ? Array.from({ length: width }, (_, c) => statistics(x.filter((_v, i) => i % width === c)))
            : [];
        const spread = columns.map((c) => c.rms).filter((v) => v > 0);
        const uneven = spread.length > 1 ? Math.max(...spread) / Math.min(...spread) : 1;
        const isLarge = rms > 20 && most > 50;
        const isUneven = uneven > 1000 && rms > 5;
        const stuck = lossChange(training) > -0.1 || rateTooLarge.find(training).length > 0;
        const isSmall = lossChange(training) > -0.1 && rms > 0 && most < 0.02;
        if (!isLarge && !isUneven && !isSmall) return [];
        return [
          (stuck ? fault : question)({
            share: stuck ? 0.7 : 0.4,
            sentence:
              isLarge || isSmall
                ? `The inputs have mean ${show(mean)} and deviation ${show(std)}, but the initial weights suit a deviation of about 1.`
                : `The columns of the input differ in size by a factor of ${show(uneven)}, so the largest decides alone.`,
            fix: "Normalize the inputs: subtract the mean of the training data and divide by its deviation, for each column (pixels: divide by 255).",
            evidence: {
              mean: show(mean),
              deviation: show(std),
              "largest magnitude": show(most),
              ...(uneven > 10 ? { "largest over smallest column": show(uneven) } : {}),
            },
            path: [placeOf(reader)],
          }),
        ];
      })
      .slice(0, 1);
  },
});
