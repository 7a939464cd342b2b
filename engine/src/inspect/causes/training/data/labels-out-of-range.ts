/** Class labels that the loss refuses. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { lossScopeOf } from "../../../diagnose/record/roles.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";
import { isLabelType } from "./class-labels.ts";

/** Reads the classes and the label of the error that losses of classes throw for labels out of range. */
function labelError(error: Error | null): { top: number; label: number } | null {
  const [, top, label] = /targets must lie in \[0, (\d+)\], but got (-?\d+)/.exec(error?.message ?? "") ?? [];
  return top === undefined ? null : { top: Number(top), label: Number(label) };
}

export const labelsOffByOne: TrainingCause = trainingCause({
  id: "labels-out-of-range",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Labels out of range, or off by one",
  mechanism:
    "A loss of classes needs labels from 0 to the number of outputs minus 1. Labels that begin with 1, a missing output, or a padding label of −1 are refused with an error. It is found by that error, and told apart by the labels that were given.",
  remedy:
    "Subtract 1 from labels that begin with 1, give the last layer one output for each class, or name a padding label as ignoreIndex.",
  find: ({ error, last }) => {
    const wrong = labelError(error);
    if (wrong === null) return [];
    const { top, label } = wrong;
    const call = last.step.calls.findLast((c) => lossScopeOf(c) !== null);
    const labels = (call?.inputs ?? []).filter((t) => isLabelType(t.dtype)).flatMap((t) => Array.from(elements(t)));
    const min = labels.length > 0 ? Math.min(...labels) : label;
    const max = labels.length > 0 ? Math.max(...labels) : label;
    const offByOne = label === top + 1 && min >= 1;
    return [
      fault({
        sentence:
          label < 0
            ? `A label is ${label}, but the loss expects classes from 0 to ${top}.`
            : `The model has ${top + 1} outputs, for classes from 0 to ${top}, but a label is ${label}${offByOne || label === top + 1 ? ": the labels may begin with 1" : ""}.`,
        fix:
          label < 0
            ? `If ${label} marks padding, pass ignoreIndex: ${label}.`
            : label === top + 1
              ? "Subtract 1 from labels that begin with 1, or give the last layer one output more."
              : `Give the last layer an output for each class, at least ${max + 1}.`,
        evidence: { outputs: String(top + 1), "label refused": String(label) },
        path: call === undefined ? [] : [placeOf(call)],
      }),
    ];
  },
});
