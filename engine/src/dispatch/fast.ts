/** The registry of fast kernels and gradient rules, by the name of the op. The reference kernel and the rule of the op's record remain the definition. */
import { type FastKernel, type FastPath, type FastRule, setFastPaths } from "../tape/graph/fast-path.ts";

export type { FastKernel, FastRule };

const table = new Map<string, FastPath>();

/** Returns the fast path of an op, in which kernels and rules are registered at any time. */
export function fastPathOf(op: string): FastPath {
  const known = table.get(op);
  if (known !== undefined) return known;
  const fastPath: FastPath = { kernel: null, rule: null };
  table.set(op, fastPath);
  return fastPath;
}

/** Registers the fast kernel of an op. */
export function registerFastKernel(op: string, kernel: FastKernel): void {
  fastPathOf(op).kernel = kernel;
}

/** Registers the fast gradient rule of an op. */
export function registerFastRule(op: string, rule: FastRule): void {
  fastPathOf(op).rule = rule;
}

const named = (has: (fastPath: FastPath) => boolean): string[] =>
  [...table].flatMap(([op, fastPath]) => (has(fastPath) ? [op] : []));

/** Returns the names of the ops that have a fast kernel. */
export const fastKernels = (): string[] => named(({ kernel }) => kernel !== null);
/** Returns the names of the ops that have a fast gradient rule. */
export const fastRules = (): string[] => named(({ rule }) => rule !== null);

/** Runs `body` without fast paths. */
export function withReferenceKernels<T>(body: () => T): T {
  const before = setFastPaths(false);
  try {
    return body();
  } finally {
    setFastPaths(before);
  }
}
