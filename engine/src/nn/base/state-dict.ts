/** State dictionaries: a module's parameters and buffers by name, and loading them. */
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "./module.ts";
import { isUninitialized } from "./uninitialized.ts";

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

/** Returns PyTorch's name of a parameter or buffer: `running_mean` for `runningMean`. */
export const pytorchName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Returns a state dictionary with PyTorch's names, such as `1.running_mean` for `1.runningMean`, for a model of PyTorch to load. `loadStateDict` accepts both.
 * @example
 * Object.keys(nn.utils.toPytorchNames(new nn.BatchNorm1d(2, { affine: false }).stateDict()));
 * // ["running_mean", "running_var", "num_batches_tracked"]
 */
export const toPytorchNames = (state: Readonly<StateDict>): StateDict =>
  Object.fromEntries(Object.entries(state).map(([name, t]) => [pytorchName(name), t]));

/** Returns `state` with the module's own names where it has PyTorch's. */
function withOwnNames(own: ReadonlyMap<string, Tensor>, state: Readonly<StateDict>): StateDict {
  const byPytorchName = new Map(Array.from(own.keys(), (name) => [pytorchName(name), name]));
  return Object.fromEntries(
    Object.entries(state).map(([name, t]) => [own.has(name) ? name : (byPytorchName.get(name) ?? name), t]),
  );
}

/** Copies the values of `state` into the module's tensors of the same names; checks all names and shapes first. */
export function loadState(module: Module, given: Readonly<StateDict>, strict: boolean): void {
  const own = stateOf(module);
  const state = withOwnNames(own, given);
  if (strict) requireSameNames(module, own, state);
  const pairs = [...own]
    .filter(([name]) => Object.hasOwn(state, name))
    .map(([name, t]) => [name, t, state[name]] as const);
  for (const [name, , value] of pairs)
    if (!(value instanceof Tensor))
      throw new ArgumentError("loadStateDict", `expected a tensor for "${name}", but got ${typeof value}`);
  requireSameShapes(pairs);
  noGrad(() => {
    for (const [, t, value] of pairs) {
      // a state of the same lazy module has no elements either
      if (isUninitialized(t) && value.numel() > 0) t.materialize(value.shape);
      t.copy_(value);
    }
  });
}

function requireSameShapes(pairs: readonly (readonly [name: string, own: Tensor, given: Tensor])[]): void {
  const differing = pairs.filter(([, own, given]) => !isUninitialized(own) && !sameShape(own.shape, given.shape));
  if (differing.length === 0) return;
  const names = differing.map(([name]) => name).join(", ");
  const given = differing.map(([, , t]) => t.shape);
  if (differing.length === 1)
    throw new ShapeError("loadStateDict", `${names} must keep its shape`, [differing[0][1].shape, ...given]);
  const shapes = differing.map(([, own]) => `[${own.shape.join(", ")}]`).join(" and ");
  throw new ShapeError("loadStateDict", `${names} must keep their shapes ${shapes}`, given);
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
