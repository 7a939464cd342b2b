/** What may take over from the kernel and the rule of an op's record, where it can. */
import { ambient } from "../../platform/ambient.ts";
import type { Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { RuleContext } from "./node.ts";

/**
 * Fills the outputs, which have rows without gaps and hold anything before; `false` leaves the work to the reference kernel. Inputs come as
 * they lie in memory.
 */
export type FastKernel = (outputs: readonly Strided[], inputs: readonly Strided[], params: unknown) => boolean;

/** The contributions to the inputs, off the tape; `null` leaves them to the rule of the record. Has no place where the walk is recorded. */
export type FastRule = (g: Tensor, ctx: RuleContext<unknown>) => readonly (Tensor | null)[] | null;

/** Those of one op. */
export interface FastPath {
  kernel: FastKernel | null;
  rule: FastRule | null;
}

const faster = ambient(() => ({ used: true }));

/** Whether they are used. */
export const usesFastPaths = (): boolean => faster.used;

/** Switches between them and the records; returns what held before. */
export function setFastPaths(on: boolean): boolean {
  const before = faster.used;
  faster.used = on;
  return before;
}
