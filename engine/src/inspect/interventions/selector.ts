/** Selectors: which outputs of ops or modules are meant. */
import type { Module } from "../../nn/base/module.ts";
import { ModuleTree } from "../../nn/base/tree.ts";
import { currentSite } from "../../tape/graph/call-site.ts";
import { currentScope, type Scope, scopePath } from "../../tape/graph/scope.ts";
import { type EventFilter, matchesOp } from "../../tape/watch/events.ts";

/** The outputs that are meant: those of ops, by name, scope and cell, or those of modules. A field that is absent allows all. */
export interface Selector extends EventFilter {
  /** A module, the names that end its path of scopes, such as `"encoder/attention"`, or a pattern of that path. Without `op` its outputs are meant, with `op` those of ops inside. */
  readonly module?: Module | string | RegExp;
  /** Which of the calls that match is meant, from 0; by default all. */
  readonly call?: number;
}

/** Whether the selector means outputs of modules. */
export const meansModules = ({ op, module }: Selector): boolean => module !== undefined && op === undefined;

/** Whether a scope is that of the module. */
const isScopeOf = (scope: Scope, module: Module | string | RegExp): boolean =>
  scope.kind !== "module"
    ? false
    : typeof module === "string"
      ? `/${scopePath(scope)}`.endsWith(`/${module}`)
      : module instanceof RegExp
        ? module.test(scopePath(scope))
        : scope.owner !== null && scope.owner === ModuleTree.registrationOf(module);

function isInside(module: Module | string | RegExp): boolean {
  for (let s = currentScope(); s !== null; s = s.parent) if (isScopeOf(s, module)) return true;
  return false;
}

const isFromCell = ({ cell }: Selector): boolean => cell === undefined || currentSite()?.resolve()?.count === cell;

/** Whether the selector means the output of an op in the current scope. */
export const selectsOp = (selector: Selector, op: string): boolean =>
  !meansModules(selector) &&
  matchesOp(selector, op, currentScope()) &&
  (selector.module === undefined || isInside(selector.module)) &&
  isFromCell(selector);

/** Whether the selector means the output of the module whose scope is the current one. */
export function selectsModule(selector: Selector): boolean {
  const scope = currentScope();
  return (
    selector.module !== undefined &&
    meansModules(selector) &&
    scope !== null &&
    isScopeOf(scope, selector.module) &&
    matchesOp(selector, "", scope) &&
    isFromCell(selector)
  );
}

/** Returns the selector in words, such as `op "relu", scope "encoder"`. */
export function selectorText({ op, scope, cell, module, call }: Selector): string {
  const quoted = (x: string | RegExp): string => (typeof x === "string" ? `"${x}"` : String(x));
  const parts = [
    op === undefined ? "" : `op ${quoted(op)}`,
    module === undefined
      ? ""
      : `module ${typeof module === "string" || module instanceof RegExp ? quoted(module) : module.constructor.name}`,
    scope === undefined ? "" : `scope ${quoted(scope)}`,
    cell === undefined ? "" : `cell ${cell}`,
    call === undefined ? "" : `call ${call}`,
  ];
  return parts.filter((part) => part !== "").join(", ") || "any op";
}
