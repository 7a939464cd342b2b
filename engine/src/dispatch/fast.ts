/** Fast kernels and gradient rules: registered by the name of an op, they take over where they can. The op's record stays the definition. */
import { type FastKernel, type FastPath, type FastRule, setFastPaths } from "../tape/graph/fast-path.ts";

export type { FastKernel, FastRule };

const table = new Map<string, FastPath>();

/** What is registered for an op, now or later. */
export function fastPathOf(op: string): FastPath {
  const known = table.get(op);
  if (known !== undefined) return known;
  const fastPath: FastPath = { kernel: null, rule: null };
  table.set(op, fastPath);
  return fastPath;
}

export function registerFastKernel(op: string, kernel: FastKernel): void {
  fastPathOf(op).kernel = kernel;
}

export function registerFastRule(op: string, rule: FastRule): void {
  fastPathOf(op).rule = rule;
}

const named = (has: (fastPath: FastPath) => boolean): string[] =>
  [...table].flatMap(([op, fastPath]) => (has(fastPath) ? [op] : []));

/** Names of the ops that have a kernel, and of those that have a rule. */
export const fastKernels = (): string[] => named(({ kernel }) => kernel !== null);
export const fastRules = (): string[] => named(({ rule }) => rule !== null);

/** Runs `body` with the reference kernels and rules alone. */
export function withReferenceKernels<T>(body: () => T): T {
  const before = setFastPaths(false);
  try {
    return body();
  } finally {
    setFastPaths(before);
  }
}
