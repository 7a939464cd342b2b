/** A loss that compares two learned outputs, and nothing else. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { lossScopeOf } from "../../../diagnose/record/roles.ts";
import { question, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { regressions } from "./targets.ts";

export const collapsingLoss: TrainingCause = trainingCause({
  id: "collapsing-loss",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A loss that constant outputs solve",
  mechanism:
    "The loss is the distance of two outputs that are both trained, and nothing else enters it: no data to compare with, no negative pairs, no second term. Outputs that are constant make it 0, and the model collapses to them. It is found where both sides of the only loss, which is a distance, get gradients, and no data is a target.",
  remedy:
    "Detach one side (a teacher, a target network), add negative pairs or a term that keeps outputs apart, or compare with data.",
  find: ({ first }) => {
    const { lossUses, passes, flow } = first;
    if (lossUses.length !== 1 || passes.length !== 1) return [];
    const [{ name, prediction, others, calls }] = lossUses;
    const [other] = others;
    if (!regressions.has(name) || other === undefined || !other.requiresGrad) return [];
    const sides = [prediction, other].map((t) => flow.ancestors([t]));
    const isLearned = (side: (typeof sides)[number]): boolean => side.some((c) => first.isInModel(c));
    // data that joins a side behind the network is what it is compared with
    const joinsData = sides.some((side) =>
      side.some(
        (c) => !first.isInModel(c) && c.inputs.some((x) => x.requiresGrad) && c.inputs.some((x) => first.isData(x)),
      ),
    );
    // a second term, or a derivative of the output, may keep the outputs apart
    const isSum = passes[0].calls.some(
      (c) =>
        lossScopeOf(c) === null &&
        !first.isInModel(c) &&
        c.index > calls[0].index &&
        c.inputs.length > 1 &&
        c.inputs.every((x) => x.wrapped === null),
    );
    if (!sides.every(isLearned) || joinsData || isSum) return [];
    return [
      question({
        sentence: `${name} compares two outputs ${shapeText(prediction.shape)} that are both trained, and nothing else enters the loss: constant outputs make it 0.`,
        fix: "Detach one of them, or add a term that keeps different inputs apart.",
        evidence: { "sides that get gradients": "2 of 2" },
        path: [placeOf(calls[0])],
      }),
    ];
  },
});
