/** Names of tensors: their own label, else what the notebook calls them. */
import type { Tensor } from "../../tensor/tensor.ts";

/** Finds what a tensor is called, or `null`. */
export type Namer = (t: Tensor) => string | null;

let namer: Namer = () => null;

/** Sets who is asked for names; a kernel looks among its variables. */
export function setNamer(find: Namer): void {
  namer = find;
}

export const nameOf = (t: Tensor): string | null => t.label ?? namer(t);
