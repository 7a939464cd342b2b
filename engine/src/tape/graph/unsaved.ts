/** What a rule finds where its op saved nothing. */
import { GradError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** For each op, stand-ins by position. */
const standIns = new Map<string, Tensor[]>();

/** Returns a stand-in for position `i` of what the op saves; reading any property of it throws. */
export function unsaved(op: string, i: number): Tensor {
  let known = standIns.get(op);
  if (known === undefined) standIns.set(op, (known = []));
  if (known[i] !== undefined) return known[i];
  const made = new Proxy({} as Tensor, {
    get(_target, property): never {
      throw new GradError(
        op,
        `the rule reads ${String(property)} of saved position ${i} (inputs first, then outputs), which the op does not save for the inputs that need gradients`,
      );
    },
  });
  known[i] = made;
  return made;
}
