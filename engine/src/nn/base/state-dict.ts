/** State dictionaries: a module's parameters and buffers by name, and loading them. */
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "./module.ts";

/** Parameters and buffers by dotted name. */
export type StateDict = Record<string, Tensor>;

/**
 * Returns all parameters and persistent buffers under all of their names, in PyTorch's order: for each module its parameters, then its buffers, then its submodules.
 * @throws ArgumentError when two tensors have one name.
 */
export function stateOf(module: Module): Map<string, Tensor> {
  const state = new Map<string, Tensor>();
  const add = (name: string, t: Tensor): void => {
    if ((state.get(name) ?? t) !== t)
      throw new ArgumentError("stateDict", `two tensors of ${module.constructor.name} are called "${name}"`);
    state.set(name, t);
  };
  for (const [prefix, part] of module.namedModules({ removeDuplicate: false })) {
    const options = { prefix, recurse: false, removeDuplicate: false };
    for (const [name, p] of part.namedParameters(options)) add(name, p);
    for (const [name, b] of part.namedBuffers(options)) if (b.persistent) add(name, b);
  }
  return state;
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** Copies the values of `state` into the module's tensors of the same names; checks all names and shapes first. */
export function loadState(module: Module, state: Readonly<StateDict>, strict: boolean): void {
  const own = stateOf(module);
  if (strict) requireSameNames(module, own, state);
  const pairs = [...own]
    .filter(([name]) => Object.hasOwn(state, name))
    .map(([name, t]) => [name, t, state[name]] as const);
  for (const [name, t, value] of pairs) {
    if (!(value instanceof Tensor))
      throw new ArgumentError("loadStateDict", `expected a tensor for "${name}", but got ${typeof value}`);
    if (!sameShape(t.shape, value.shape))
      throw new ShapeError("loadStateDict", `${name} must keep its shape`, [t.shape, value.shape]);
  }
  noGrad(() => {
    for (const [, t, value] of pairs) t.copy_(value);
  });
}

function requireSameNames(module: Module, own: ReadonlyMap<string, Tensor>, state: Readonly<StateDict>): void {
  const given = new Set(Object.keys(state));
  const missing = [...own.keys()].filter((name) => !given.has(name));
  const unexpected = [...given].filter((name) => !own.has(name));
  if (missing.length + unexpected.length === 0) return;
  const lists = [
    ...(missing.length > 0 ? [`missing keys: ${quoted(missing)}`] : []),
    ...(unexpected.length > 0 ? [`unexpected keys: ${quoted(unexpected)}`] : []),
  ];
  throw new ArgumentError("loadStateDict", `the state does not fit ${module.constructor.name}; ${lists.join("; ")}`);
}
