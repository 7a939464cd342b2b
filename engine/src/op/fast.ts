/** Fast kernels: registered by the name of an op, they take over where they can. The reference kernel in the op's record stays the definition. */
import type { NumericArray } from "../tensor/dtype.ts";
import type { Strided } from "../tensor/strided.ts";
import type { KernelContext } from "./spec.ts";

/** Fills the outputs; `false` leaves the work, untouched, to the reference kernel. Inputs come as they lie in memory. */
export type FastKernel = (
  outs: readonly NumericArray[],
  inputs: readonly Strided[],
  ctx: KernelContext<unknown>,
) => boolean;

const kernels = new Map<string, FastKernel>();
let enabled = true;

export function registerFastKernel(op: string, kernel: FastKernel): void {
  kernels.set(op, kernel);
}

/** Names of the ops that have one. */
export const fastKernels = (): string[] => [...kernels.keys()];

export const fastKernelOf = (op: string): FastKernel | undefined => (enabled ? kernels.get(op) : undefined);

/** Runs `body` with the reference kernels alone. */
export function withReferenceKernels<T>(body: () => T): T {
  const before = enabled;
  enabled = false;
  try {
    return body();
  } finally {
    enabled = before;
  }
}
