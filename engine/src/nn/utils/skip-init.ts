/** Creating modules without random initial values. */

import { describe } from "../../tensor/arguments/refusals.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Module } from "../base/module.ts";
import { withoutInitialization } from "../init/distributions.ts";

/**
 * Creates a module whose parameters `nn.init` does not fill with random numbers: they are 0 where the class would draw them. For modules whose state is loaded next.
 * @example
 * const layer = nn.utils.skipInit(nn.Linear, 2, 1);
 * layer.weight.toArray(); // [[0, 0]]
 */
export function skipInit<M extends Module, A extends readonly unknown[]>(Class: new (...args: A) => M, ...args: A): M {
  if (typeof Class !== "function" || !(Class.prototype instanceof Module))
    throw new ArgumentError("skipInit", `expected a class of modules, but got ${describe(Class)}`);
  return withoutInitialization(() => new Class(...args));
}
