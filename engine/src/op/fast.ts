/** Fast kernels and gradient rules: registered by the name of an op, they take over where they can. The op's record stays the definition. */
import type { RuleContext } from "../tape/node.ts";
import { setFastRules } from "../tape/rules.ts";
import type { Strided } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Fills the outputs, which have rows without gaps and hold anything before; `false` leaves the work to the reference kernel. Inputs come as
 * they lie in memory.
 */
export type FastKernel = (outputs: readonly Strided[], inputs: readonly Strided[], params: unknown) => boolean;

/** The contributions to the inputs, off the tape; `null` leaves them to the rule of the record. Has no place where the walk is recorded. */
export type FastRule = (g: Tensor, ctx: RuleContext<unknown>) => readonly (Tensor | null)[] | null;

const kernels = new Map<string, FastKernel>();
const rules = new Map<string, FastRule>();
let enabled = true;

export function registerFastKernel(op: string, kernel: FastKernel): void {
  kernels.set(op, kernel);
}

export function registerFastRule(op: string, rule: FastRule): void {
  rules.set(op, rule);
}

setFastRules((op) => (enabled ? rules.get(op) : undefined));

/** Names of the ops that have a kernel, and of those that have a rule. */
export const fastKernels = (): string[] => [...kernels.keys()];
export const fastRules = (): string[] => [...rules.keys()];

export const fastKernelOf = (op: string): FastKernel | undefined => (enabled ? kernels.get(op) : undefined);

/** Runs `body` with the reference kernels and rules alone. */
export function withReferenceKernels<T>(body: () => T): T {
  const before = enabled;
  enabled = false;
  try {
    return body();
  } finally {
    enabled = before;
  }
}
