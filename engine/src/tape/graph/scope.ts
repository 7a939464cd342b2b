/** Named scopes: where on the tape an operation belongs. A module's forward and a composite op open one. */

import { ambient, during } from "../../platform/ambient.ts";

/** What opened a scope. */
export type ScopeKind = "module" | "op" | "user";

export interface Scope {
  readonly name: string;
  readonly kind: ScopeKind;
  readonly parent: Scope | null;
  /** TeX of a composite op's formula, for the viewer. */
  readonly tex: string;
  /** The module whose forward opened the scope. */
  readonly owner: object | null;
}

/** The innermost scope that is open. */
const open = ambient(() => ({ scope: null as Scope | null }));

export const currentScope = (): Scope | null => open.scope;

/** Names of a scope and those around it, outermost first, joined by `/`. */
export function scopePath(scope: Scope | null): string {
  const names: string[] = [];
  for (let s = scope; s !== null; s = s.parent) names.unshift(s.name);
  return names.join("/");
}

/** Runs `body` inside a named scope; an async body keeps it until its promise settles. */
export function withScope<T>(name: string, kind: ScopeKind, body: () => T, tex = "", owner: object | null = null): T {
  const before = open.scope;
  open.scope = { name, kind, parent: before, tex, owner };
  return during(body, () => {
    open.scope = before;
  });
}

/**
 * Groups the operations of `body` under a name on the tape.
 * @example
 * scope("attention", () => q.matmul(k.transpose(0, 1)).softmax(-1));
 */
export const scope = <T>(name: string, body: () => T): T => withScope(name, "user", body);
