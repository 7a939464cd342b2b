/** What a rule finds where its op saved nothing. */
import { GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

const standIns = new Map<string, Tensor>();

/** A stand-in that explains itself when a rule reads what the op did not save. */
export function unsaved(op: string, i: number): Tensor {
  const key = `${op} ${i}`;
  const known = standIns.get(key);
  if (known !== undefined) return known;
  const made = new Proxy({} as Tensor, {
    get(_target, property): never {
      throw new GradError(op, `the rule reads ${String(property)} of input ${i}, which the op does not save`);
    },
  });
  standIns.set(key, made);
  return made;
}
