/** Stand-ins for inputs and outputs that an op does not save. */
import { GradError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** The stand-ins that exist, by op and position. */
const standIns = new Map<string, Tensor[]>();

/** Returns a stand-in for an input or output that the op does not save. Reading any property of it throws an error. */
export function unsaved(op: string, position: number): Tensor {
  let ofOp = standIns.get(op);
  if (ofOp === undefined) standIns.set(op, (ofOp = []));
  if (ofOp[position] !== undefined) return ofOp[position];
  const standIn = new Proxy({} as Tensor, {
    get(_target, property): never {
      throw new GradError(
        op,
        `the rule reads ${String(property)} of saved position ${position} (inputs first, then outputs), which the op does not save for the inputs that need gradients`,
      );
    },
  });
  ofOp[position] = standIn;
  return standIn;
}
