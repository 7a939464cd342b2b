/** Fast kernels and gradient rules: registered by the name of an op, they take over where they can. The op's record stays the definition. */
import { type Faster, type FastKernel, type FastRule, setFaster } from "../tape/graph/rules.ts";

export type { FastKernel, FastRule };

const table = new Map<string, Faster>();

/** What is registered for an op, now or later. */
export function fasterOf(op: string): Faster {
  const known = table.get(op);
  if (known !== undefined) return known;
  const faster: Faster = { kernel: null, rule: null };
  table.set(op, faster);
  return faster;
}

export function registerFastKernel(op: string, kernel: FastKernel): void {
  fasterOf(op).kernel = kernel;
}

export function registerFastRule(op: string, rule: FastRule): void {
  fasterOf(op).rule = rule;
}

const named = (has: (faster: Faster) => boolean): string[] =>
  [...table].flatMap(([op, faster]) => (has(faster) ? [op] : []));

/** Names of the ops that have a kernel, and of those that have a rule. */
export const fastKernels = (): string[] => named(({ kernel }) => kernel !== null);
export const fastRules = (): string[] => named(({ rule }) => rule !== null);

/** Runs `body` with the reference kernels and rules alone. */
export function withReferenceKernels<T>(body: () => T): T {
  const before = setFaster(false);
  try {
    return body();
  } finally {
    setFaster(before);
  }
}
