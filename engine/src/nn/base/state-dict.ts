/** State dictionaries: a module's parameters and buffers by name, and loading them. */
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "./module.ts";
import {
  childrenFirst,
  decodeExtraState,
  encodeExtraState,
  extraStateKey,
  type IncompatibleKeys,
  stateHooks,
} from "./state-hooks.ts";
import { isUninitialized } from "./uninitialized.ts";

/** Parameters and buffers by dotted name. */
export type StateDict = Record<string, Tensor>;

const prefixed = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);

/** Returns a prefix as hooks get it, with its dot. */
const dotted = (prefix: string): string => (prefix === "" ? "" : `${prefix}.`);

const modulesOf = (module: Module): (readonly [prefix: string, module: Module])[] => [
  ...module.namedModules({ removeDuplicate: false }),
];

/** Returns the state dictionary of a module, and runs the hooks around it: detached tensors that share storage with the module. */
export function saveState(module: Module): StateDict {
  const modules = modulesOf(module);
  for (const [prefix, part] of modules) for (const hook of stateHooks(part, "savePre")) hook(part, dotted(prefix));
  const state: StateDict = {};
  for (const [name, t] of stateOf(module, { extra: true })) state[name] = t.detach();
  for (const [prefix, part] of childrenFirst(modules))
    for (const hook of stateHooks(part, "savePost")) hook(part, state, dotted(prefix));
  return state;
}

/** Returns the keys of the extra states that modules take, with the modules. */
const extraKeys = (modules: readonly (readonly [string, Module])[]): ReadonlyMap<string, Module> =>
  new Map(
    modules.flatMap(([prefix, part]) =>
      part.setExtraState === undefined ? [] : [[prefixed(prefix, extraStateKey), part] as const],
    ),
  );

/**
 * Returns all parameters and persistent buffers under all of their names, in PyTorch's order: for each module its parameters, then its buffers, with
 * `extra` its extra state, and then its submodules.
 * @throws ArgumentError when two tensors have one name.
 */
export function stateOf(module: Module, { extra = false }: { readonly extra?: boolean } = {}): Map<string, Tensor> {
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
    if (extra && part.getExtraState !== undefined)
      add(prefixed(prefix, extraStateKey), encodeExtraState(part.getExtraState()));
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

/**
 * Copies the values of `state` into the module's tensors of the same names, passes extra states on, and runs the hooks. Names and shapes are checked before anything is
 * changed; where hooks run after loading, which may accept other names, missing and unexpected ones are an error after them.
 */
export function loadState(module: Module, given: Readonly<StateDict>, strict: boolean): void {
  const modules = modulesOf(module);
  const changed = { ...given };
  for (const [prefix, part] of modules)
    for (const hook of stateHooks(part, "loadPre")) hook(part, changed, dotted(prefix));
  const extra = extraKeys(modules);
  const own = stateOf(module);
  const state = withOwnNames(own, changed);
  const keys = incompatibleKeys([...own.keys(), ...extra.keys()], state);
  const post = childrenFirst(modules).filter(([, part]) => stateHooks(part, "loadPost").length > 0);
  if (strict && post.length === 0) requireNoneIncompatible(module, keys);
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
  for (const [key, part] of extra) if (Object.hasOwn(state, key)) part.setExtraState?.(decodeExtraState(state[key]));
  for (const [, part] of post) for (const hook of stateHooks(part, "loadPost")) hook(part, keys);
  if (strict && post.length > 0) requireNoneIncompatible(module, keys);
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

/** Returns the names that a state lacks, and those that the module has not. */
function incompatibleKeys(own: readonly string[], state: Readonly<StateDict>): IncompatibleKeys {
  const known = new Set(own);
  return {
    missing: own.filter((name) => !Object.hasOwn(state, name)),
    unexpected: Object.keys(state).filter((name) => !known.has(name)),
  };
}

function requireNoneIncompatible(module: Module, { missing, unexpected }: IncompatibleKeys): void {
  if (missing.length + unexpected.length === 0) return;
  const lists = [
    ...(missing.length > 0 ? [`missing keys: ${quoted(missing)}`] : []),
    ...(unexpected.length > 0 ? [`unexpected keys: ${quoted(unexpected)}`] : []),
  ];
  throw new ArgumentError("loadStateDict", `the state does not fit ${module.constructor.name}; ${lists.join("; ")}`);
}
