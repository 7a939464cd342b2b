/** Marks a class of tensors as parameters, which folders below `nn` cannot import. */
const mark = Symbol("tapelab.parameter");

/** Marks the tensors of a class as parameters. */
export function markAsParameter(prototype: object): void {
  Object.defineProperty(prototype, mark, { value: true });
}

/** Returns whether a tensor is a module's parameter. */
export const isParameter = (t: object): boolean => mark in t;
