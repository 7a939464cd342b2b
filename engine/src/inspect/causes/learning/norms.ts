/** The norms of a gradient as it was formed, and as it is now. */
import type { Evidence } from "../../../protocol/index.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { num } from "../gradient/words.ts";

/** Returns the norms of the gradient that backward formed and of `grad`, where they are known, as evidence. */
export const norms = ({ formedNumbers, gradNumbers }: GradientCase): Evidence[] => [
  ...(formedNumbers === null ? [] : [fact("formed by backward", `norm ${num(formedNumbers.norm)}`)]),
  ...(gradNumbers === null ? [] : [fact("grad now", `norm ${num(gradNumbers.norm)}`)]),
];
