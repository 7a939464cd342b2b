/** The tensors in what `check.shared` is given. */
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isArray } from "./builtins.ts";
import { wordsOf } from "./plain.ts";

/** A module, of which parameters and buffers are shared. */
export interface SharedModule {
  parameters(): readonly Tensor[];
  buffers(): readonly Tensor[];
}

/** A tensor, a module, or lists and records of them. */
export type Shareable = Tensor | SharedModule | readonly Shareable[] | { readonly [name: string]: Shareable };

const maxDepth = 20;

const isModule = (value: object): value is SharedModule =>
  typeof (value as Partial<SharedModule>).parameters === "function" &&
  typeof (value as Partial<SharedModule>).buffers === "function";

/** Returns the tensors in a value, each once, in the order in which it has them. */
export function sharedTensors(values: readonly unknown[]): Tensor[] {
  const found = new Set<Tensor>();
  const visit = (value: unknown, depth: number): void => {
    if (value instanceof Tensor) found.add(value);
    else if (depth < maxDepth && isArray(value)) for (const item of value as readonly unknown[]) visit(item, depth + 1);
    else if (depth < maxDepth && typeof value === "object" && value !== null && isModule(value))
      for (const t of [...value.parameters(), ...value.buffers()]) found.add(t);
    else if (depth < maxDepth && typeof value === "object" && value !== null && isPlain(value))
      for (const item of Object.values(value)) visit(item, depth + 1);
    else
      throw new ArgumentError(
        "check.shared",
        `expected tensors, modules, or lists and records of them, but got ${wordsOf(value)}`,
      );
  };
  for (const value of values) visit(value, 0);
  return [...found];
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
