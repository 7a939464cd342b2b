/** The scopes of a paused function, from those of V8: variables of the program, without what the compiler has added. */
import { types } from "node:util";
import { attempt } from "../values/attempt.ts";
import { isListed, isNamespace } from "../values/listed.ts";
import { type Member, Unread } from "./members.ts";

/** A scope of V8: its kind, and an object with its variables. */
export interface RawScope {
  readonly kind: string;
  readonly variables: object;
}

/** The variables of a scope. */
export interface Scope {
  readonly name: string;
  readonly members: readonly Member[];
}

/** Matches names that the compiler has added to a function. */
const added = /^(?:exports|require|module|__dirname|__filename|arguments|\$tapelab.*)$|\$cell$/;

const isModule = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !types.isProxy(value) &&
  (Object.hasOwn(value, "__esModule") || isNamespace(value));

/** Whether the compiler has added a variable, such as `path_1` for an imported module. */
const isAdded = (name: string, value: unknown): boolean =>
  added.test(name) || (/_\d+$/.test(name) && attempt(() => isModule(value), false));

/** Returns the variables of scopes, of which an inner one comes first and hides the outer ones. */
function membersOfScopes(scopes: readonly RawScope[]): Member[] {
  const members = new Map<string, Member>();
  for (const { variables } of scopes)
    for (const name of Object.keys(variables)) {
      // V8 throws for a variable that has not been initialized
      const value = attempt<unknown>(
        () => (variables as Record<string, unknown>)[name],
        new Unread("(not initialized)"),
      );
      if (!members.has(name) && !isAdded(name, value)) members.set(name, { name, value, path: name });
    }
  return [...members.values()];
}

/** Returns the listed variables of the notebook. */
export const globalsOf = (variables: Readonly<Record<string, unknown>>): Member[] =>
  Object.entries(variables)
    .filter(([name, value]) => isListed(name, value))
    .map(([name, value]) => ({ name, value, path: name }));

/** Returns the names of all variables of scopes, those that the compiler has added included. */
export const namesIn = (scopes: readonly RawScope[]): string[] => [
  ...new Set(scopes.flatMap(({ variables }) => Object.keys(variables))),
];

/** Whether a scope is one of all scripts. */
const isOutermost = ({ kind }: RawScope): boolean => kind === "global" || kind === "script";

/**
 * Returns the scopes of a function, the innermost first. `isTopLevel`: whether the function is the body of a cell, whose variables are those of the notebook.
 * `module`: the exports of the file; `null` in a cell.
 */
export function scopesOf(
  raw: readonly RawScope[],
  receiver: unknown,
  isTopLevel: boolean,
  variables: Readonly<Record<string, unknown>>,
  module: Readonly<Record<string, unknown>> | null,
): Scope[] {
  const own = raw.filter((scope) => !isOutermost(scope));
  const last = own.findIndex(({ kind }) => kind === "local");
  const inner = own.slice(0, last < 0 ? own.length : last + 1);
  const outer = own.slice(inner.length);
  const globals = globalsOf(variables);
  const exported = module === null ? [] : globalsOf(module);
  const hasReceiver =
    typeof receiver === "object" && receiver !== null && receiver !== variables && receiver !== module;
  const locals = [
    ...(hasReceiver && receiver !== globalThis ? [{ name: "this", value: receiver, path: "this" }] : []),
    ...membersOfScopes(inner),
  ];
  const level = isTopLevel ? (module === null ? globals : exported) : [];
  const names = new Set(locals.map(({ name }) => name));
  const closure = membersOfScopes(outer).filter(({ name }) => !names.has(name));
  return [
    { name: "Locals", members: [...locals, ...level.filter(({ name }) => !names.has(name))] },
    ...(closure.length > 0 ? [{ name: "Closure", members: closure }] : []),
    ...(module !== null && !isTopLevel && exported.length > 0 ? [{ name: "Module", members: exported }] : []),
    { name: "Globals", members: globals },
  ];
}
