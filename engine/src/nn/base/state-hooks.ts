/** Hooks around saving and loading the state of modules, and state that is neither a parameter nor a buffer. */
import { addHook, type HookHandle } from "../../tape/graph/hooks.ts";
import { tensor } from "../../tensor/create.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "./module.ts";
import type { StateDict } from "./state-dict.ts";

/** A hook that runs before the state of a module is saved. `prefix` is the beginning of its names, such as "encoder.". */
export type StateDictPreHook = (module: Module, prefix: string) => void;

/** A hook that runs after the state of a module and its descendants was saved, and may change the dictionary. */
export type StateDictPostHook = (module: Module, state: StateDict, prefix: string) => void;

/** A hook that runs before a state is loaded into a module, and may change the dictionary, which is a copy. */
export type LoadStateDictPreHook = (module: Module, state: StateDict, prefix: string) => void;

/** Names that a loaded state lacks or has too many. Hooks may remove names, for which no error is thrown then. */
export interface IncompatibleKeys {
  readonly missing: string[];
  readonly unexpected: string[];
}

/** A hook that runs after a state was loaded into a module and its descendants, before missing and unexpected names are an error. */
export type LoadStateDictPostHook = (module: Module, keys: IncompatibleKeys) => void;

/** State of a module of its own: a tensor, or numbers and texts in lists and records. */
export type ExtraState = Tensor | PlainState;

/** Numbers and texts in lists and records. */
export type PlainState =
  | number
  | string
  | boolean
  | null
  | readonly PlainState[]
  | { readonly [name: string]: PlainState };

/** The hooks of a module. */
class StateHooks {
  readonly savePre: StateDictPreHook[] = [];
  readonly savePost: StateDictPostHook[] = [];
  readonly loadPre: LoadStateDictPreHook[] = [];
  readonly loadPost: LoadStateDictPostHook[] = [];
}

const hooks = new WeakMap<Module, StateHooks>();

/** Registers a hook of one kind. */
export function addStateHook<K extends keyof StateHooks>(
  module: Module,
  kind: K,
  hook: StateHooks[K][number],
): HookHandle {
  let own = hooks.get(module);
  if (own === undefined) hooks.set(module, (own = new StateHooks()));
  return addHook(own[kind] as unknown[], hook as unknown);
}

/** Returns the hooks of one kind. */
export const stateHooks = <K extends keyof StateHooks>(module: Module, kind: K): StateHooks[K] =>
  hooks.get(module)?.[kind] ?? [];

/** Name of the extra state behind the prefix of a module, as in PyTorch. */
export const extraStateKey = "_extra_state";

/** Beginning of the bytes of a state that is no tensor. */
const mark = "tapelab:json:";

/** Returns the extra state of a module as a tensor: what is no tensor as the bytes of its JSON. */
export function encodeExtraState(state: ExtraState): Tensor {
  if (state instanceof Tensor) return state.detach();
  return tensor(Array.from(new TextEncoder().encode(mark + JSON.stringify(state))), { dtype: "uint8" });
}

/** Returns the extra state that a tensor of a state dictionary stands for. */
export function decodeExtraState(stored: unknown): ExtraState {
  if (!(stored instanceof Tensor) || stored.dtype !== "uint8" || stored.ndim !== 1) return stored as ExtraState;
  const text = new TextDecoder().decode(Uint8Array.from(contiguousArray(stored)));
  return text.startsWith(mark) ? (JSON.parse(text.slice(mark.length)) as PlainState) : stored;
}

/**
 * Returns prefixes and modules, which are in the order of a walk from parents to children, in that of a walk from children to parents.
 */
export function childrenFirst(
  modules: readonly (readonly [prefix: string, module: Module])[],
): (readonly [string, Module])[] {
  const order: (readonly [string, Module])[] = [];
  const open: (readonly [string, Module])[] = [];
  const isWithin = (prefix: string, parent: string): boolean => parent === "" || prefix.startsWith(`${parent}.`);
  for (const entry of modules) {
    for (let top = open.at(-1); top !== undefined && !isWithin(entry[0], top[0]); top = open.at(-1)) {
      order.push(top);
      open.pop();
    }
    open.push(entry);
  }
  return [...order, ...open.toReversed()];
}
