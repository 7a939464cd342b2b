/** A running sum, such as that of losses, that keeps the graphs of all steps. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { question, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { crossingsOf } from "./crossings.ts";

export const graphKept: TrainingCause = trainingCause({
  id: "graph-kept",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A running sum keeps the graphs of all steps",
  mechanism:
    "A value such as the sum of losses is carried on with its graph. It takes no part in backward, but keeps the tensors of all steps alive, so that memory grows. It is found where a recorded op outside of the loss reads a tensor that an earlier step computed.",
  remedy: "Add numbers: total += loss.item(), or detach the loss.",
  find: ({ last, first, steps }) => {
    if (steps.length < 3 || last.passes.length === 0) return [];
    const used = new Set(last.passes.flatMap((p) => p.calls));
    const { step } = last;
    const crossing = crossingsOf(step.calls, step.firstNode).find(
      ({ call, input }) => !used.has(call) && (input.source?.node.seq ?? 0) >= first.step.firstNode,
    );
    if (crossing === undefined) return [];
    return [
      question({
        sentence: `${crossing.call.op.name} adds to a value of an earlier step with its graph, which keeps the tensors of all steps in memory.`,
        fix: "Add numbers instead: total += loss.item(), or use loss.detach().",
        evidence: { value: shapeText(crossing.input.shape) },
        path: [placeOf(crossing.call)],
      }),
    ];
  },
});
