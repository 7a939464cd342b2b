/** Names of tensors: the label of the tensor, else the name of the host's variable that holds it. */
import type { Tensor } from "../../tensor/tensor.ts";

/** Returns the name of a tensor, or `null`. */
export type Namer = (t: Tensor) => string | null;

let namer: Namer = () => null;

/** Sets the function that finds names of tensors without a label, as a kernel does among the variables of the cells. */
export function setNamer(find: Namer): void {
  namer = find;
}

/** Returns the name of a tensor, or `null`. */
export const nameOf = (t: Tensor): string | null => t.label ?? namer(t);
