/** A reshape in place of a transpose. */
import type { Call } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

/** Whether a reshape only exchanges sizes, as a transpose would: [8, 5, 3] to [8, 3, 5]. */
function exchangesSizes({ op, inputs, outputs }: Call): boolean {
  if (op.role !== "reshape") return false;
  const [from, to] = [inputs[0].shape, outputs[0].shape].map((shape) => shape.filter((n) => n > 1));
  const sorted = (shape: readonly number[]): string => [...shape].sort((a, b) => a - b).join();
  return from.length >= 2 && from.join() !== to.join() && sorted(from) === sorted(to);
}

export const reshapeForTranspose: TrainingCause = trainingCause({
  id: "reshape-for-transpose",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A reshape where a transpose was meant",
  mechanism:
    "reshape or view turns [n, time, classes] into [n, classes, time]: the sizes are those of the transpose, but the elements stay in row-major order, so that each row has elements of several time steps, channels or classes. It is found where the output of a reshape has the sizes of its input in another order.",
  remedy: "Use transpose or permute to exchange dimensions.",
  find: (training) => {
    const { first } = training;
    const mixing = training.mixing?.mixing;
    if (mixing !== undefined && mixing.role === "reshape") return [];
    const call = first.passes.flatMap((p) => p.calls).find(exchangesSizes);
    if (call === undefined) return [];
    const [from, to] = [call.inputs[0].shape, call.outputs[0].shape];
    return [
      fault({
        sentence: `${call.op.name} from ${shapeText(from)} to ${shapeText(to)} exchanges the sizes of dimensions but not the elements, which stay in row-major order: rows get elements that do not belong together.`,
        fix: "Exchange dimensions by transpose or permute.",
        evidence: { from: shapeText(from), to: shapeText(to) },
        path: [placeOf(call)],
      }),
    ];
  },
});
