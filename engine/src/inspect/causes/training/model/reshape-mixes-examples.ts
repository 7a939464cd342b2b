/** A reshape that puts elements of different examples into one row. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const reshapeMixes: TrainingCause = trainingCause({
  id: "reshape-mixes-examples",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A reshape mixes the examples",
  mechanism:
    "view and reshape read the elements in row-major order. Used in place of a transpose or permute, they give the right shape but put elements of different examples into one row. It is found by running the model twice with a different first example: behind the reshape, the change is spread over other examples.",
  remedy: "Move dimensions with transpose or permute, and reshape only neighbouring ones.",
  find: (training) => {
    const found = training.mixing;
    if (found === null || found.mixing.role !== "reshape") return [];
    const { mixing, batch, call } = found;
    return [
      fault({
        sentence: `${mixing.op} from ${shapeText(mixing.input)} to ${shapeText(mixing.output)} puts elements of different examples into one row: the ${batch} examples are mixed.`,
        fix: "Move dimensions with transpose or permute, and reshape only neighbouring dimensions.",
        evidence: {
          from: shapeText(mixing.input),
          to: shapeText(mixing.output),
          test: "another first example changes the rows of others",
        },
        path: call === null ? [] : [placeOf(call)],
      }),
    ];
  },
});
