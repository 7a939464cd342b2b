/** A hidden state that is carried from step to step with its graph. */

import { placeOf } from "../../../diagnose/record/case.ts";
import { placeOf as placeOfNode } from "../../gradient/place.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { crossingsOf, replacedParameter } from "./crossings.ts";

export const carriedState: TrainingCause = trainingCause({
  id: "state-carried-over",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A state is carried over with its graph",
  mechanism:
    "A tensor of one step, such as the hidden state of a recurrent network, is an input of the next with its graph, so the loss of a step depends on the ops of all steps before. backward fails on the freed graph, or with retainGraph takes longer with every step. It is found where an op of the loss reads a tensor that an earlier step computed.",
  remedy: "Detach the state between steps: h = h.detach().",
  find: (training) => {
    const { steps, last, first, error } = training;
    if (replacedParameter(training) !== null) return [];
    const { step, passes } = last;
    const calls = passes.length > 0 && passes.at(-1)?.root !== null ? passes.flatMap((p) => p.calls) : step.calls;
    const start = first.step.firstNode;
    const crossing = crossingsOf(calls, step.firstNode).find(({ input }) => (input.source?.node.seq ?? 0) >= start);
    if (crossing === undefined || steps.length < 2) return [];
    const { call, input } = crossing;
    const source = input.source?.node;
    return [
      fault({
        sentence: `${call.op.name} reads a tensor ${shapeText(input.shape)} that ${source?.op.name ?? "an op"} computed in an earlier step, with its graph: the loss depends on all steps before${error === null ? ", and each step takes longer" : ", whose graphs backward has freed"}.`,
        fix: "Detach what is carried over: h = h.detach() at the end of the step.",
        evidence: { "carried over": shapeText(input.shape), step: String(step.index + 1) },
        path: [placeOf(call), ...(source === undefined ? [] : [placeOfNode(source)])],
      }),
    ];
  },
});
