/** Results that were computed before the loop and are used in every step. */

import { placeOf } from "../../../diagnose/record/case.ts";
import { placeOf as placeOfNode } from "../../gradient/place.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";
import { crossingsOf } from "./crossings.ts";

export const graphReused: TrainingCause = trainingCause({
  id: "forward-before-loop",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Forward runs once, before the loop",
  mechanism:
    "A part of the loss is computed before the loop and used in every step. Its values do not follow the weights, and backward fails on its freed graph from the second step on. It is found where an op of the loss reads a tensor with a graph that is older than the first step.",
  remedy: "Compute everything that depends on parameters inside the step.",
  find: ({ first, last, error }) => {
    const found = [first, last].flatMap(({ step, passes }) =>
      crossingsOf(passes.length > 0 ? passes.flatMap((p) => p.calls) : step.calls, first.step.firstNode),
    );
    const [crossing] = found;
    const root = last.passes.at(-1)?.pass.root;
    const isOld = root !== null && root !== undefined && root.seq < first.step.firstNode;
    if (crossing === undefined && !isOld) return [];
    const node = isOld ? root : crossing.input.source?.node;
    return [
      fault({
        sentence: `${isOld ? "The loss" : `An input of ${crossing.call.op.name}`} was computed before the first step, so it does not follow the weights${error === null ? "" : ", and its graph is freed after the first backward"}.`,
        fix: "Call the model and compute the loss anew in every step.",
        evidence: { "computed by": node?.op.name ?? "" },
        path: [
          ...(crossing === undefined ? [] : [placeOf(crossing.call)]),
          ...(node === undefined ? [] : [placeOfNode(node)]),
        ],
      }),
    ];
  },
});
