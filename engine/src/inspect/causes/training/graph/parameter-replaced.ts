/** A parameter in whose place the program uses its update. */

import { placeOf } from "../../../diagnose/record/case.ts";
import { placeOf as placeOfNode } from "../../gradient/place.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { replacedParameter } from "./crossings.ts";

export const parameterReplaced: TrainingCause = trainingCause({
  id: "parameter-replaced",
  certainty: "structure",
  symptoms: ["null", "not learning"],
  title: "A parameter is replaced by its update",
  mechanism:
    "w = w.sub(…) makes a new tensor, which is no leaf: backward puts no gradient into it, and it carries the graph of all earlier steps. The optimizer, and the model, keep the old one.",
  remedy: "Change the parameter in place: noGrad(() => w.sub_(w.grad.mul(lr))).",
  find: (training) => {
    const crossing = replacedParameter(training);
    if (crossing === null) return [];
    const { call, input } = crossing;
    const node = input.source?.node;
    return [
      fault({
        sentence: `${call.op.name} reads a tensor ${shapeText(input.shape)} that was computed from a parameter by ${node?.op.name ?? "an update"} and took its place: it is no leaf, so backward gives it no gradient.`,
        fix: "Change the parameter in place: noGrad(() => w.sub_(w.grad.mul(lr))), and clear its gradient.",
        evidence: { "new tensor": shapeText(input.shape), "is a leaf": "no" },
        path: [placeOf(call), ...(node === undefined ? [] : [placeOfNode(node)])],
      }),
    ];
  },
});
