/** The registry of fast kernels and gradient rules, by the name of the op. The reference kernel and the rule of the op's record remain the definition. */
import { type FastKernel, type FastPath, type FastRule, setFastPaths, usesFastPaths } from "../tape/graph/fast-path.ts";
import type { Strided } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

export type { FastKernel, FastRule };

const table = new Map<string, FastPath>();

/** Returns the fast path of an op, in which kernels and rules are registered at any time. */
export function fastPathOf(op: string): FastPath {
  const known = table.get(op);
  if (known !== undefined) return known;
  const fastPath: FastPath = { kernel: null, complexKernel: null, rule: null };
  table.set(op, fastPath);
  return fastPath;
}

/** Fast paths of functions that are no ops, as the shape of their result depends on elements, or it is no tensor. Each returns `null` where it declines. */
export interface FastFunctions {
  /** Returns the coordinates of the elements that are not 0, [count, dimensions] in int64. */
  readonly nonzero: (x: Strided) => Tensor | null;
  /** Returns the exclusive or of the bits of all elements: of floats as float64, of integers as int64. */
  readonly hash: (x: Strided) => bigint | null;
}

const functions: { -readonly [Name in keyof FastFunctions]: FastFunctions[Name] } = {
  nonzero: () => null,
  hash: () => null,
};

/** Registers the fast paths of functions. */
export function registerFastFunctions(given: Partial<FastFunctions>): void {
  Object.assign(functions, given);
}

/** Returns the fast paths of functions; `null` where fast paths are off. */
export const fastFunctions = (): FastFunctions | null => (usesFastPaths() ? functions : null);

/** Registers the fast kernel of an op. */
export function registerFastKernel(op: string, kernel: FastKernel): void {
  fastPathOf(op).kernel = kernel;
}

/** Registers the fast kernel of an op on complex tensors. */
export function registerComplexKernel(op: string, kernel: FastKernel): void {
  fastPathOf(op).complexKernel = kernel;
}

/** Registers the fast gradient rule of an op. */
export function registerFastRule(op: string, rule: FastRule): void {
  fastPathOf(op).rule = rule;
}

const named = (has: (fastPath: FastPath) => boolean): string[] =>
  [...table].flatMap(([op, fastPath]) => (has(fastPath) ? [op] : []));

/** Returns the names of the ops that have a fast kernel. */
export const fastKernels = (): string[] => named(({ kernel }) => kernel !== null);
/** Returns the names of the ops that have a fast kernel on complex tensors. */
export const fastComplexKernels = (): string[] => named(({ complexKernel }) => complexKernel !== null);
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
