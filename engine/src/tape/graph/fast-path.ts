/** Fast kernels and gradient rules, and whether they are used instead of the reference ones of the op records. */
import { ambient } from "../../platform/ambient.ts";
import type { Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { RuleContext } from "./op.ts";

/**
 * Computes the outputs, which are contiguous and uninitialized, from inputs with any strides. Returns false for a call that it does not support, which the
 * reference kernel computes then.
 */
export type FastKernel = (outputs: readonly Strided[], inputs: readonly Strided[], params: unknown) => boolean;

/** Computes the cotangents of the inputs, off the tape. Returns `null` for a call that it does not support. Not used by a walk that is recorded. */
export type FastRule = (g: Tensor, ctx: RuleContext<unknown>) => readonly (Tensor | null)[] | null;

/** The fast kernels of an op, for real tensors and for those of which one is complex, and its fast rule; `null` for one that is not registered. */
export interface FastPath {
  kernel: FastKernel | null;
  complexKernel: FastKernel | null;
  rule: FastRule | null;
}

const fastPaths = ambient(() => ({ used: true }));

/** Whether fast paths are used. */
export const usesFastPaths = (): boolean => fastPaths.used;

/** Switches fast paths on or off. Returns whether they were on before. */
export function setFastPaths(on: boolean): boolean {
  const before = fastPaths.used;
  fastPaths.used = on;
  return before;
}
