/** Named scopes, which group recorded ops. A module's `forward` and a composite op open one, and so does the program by `scope`. */

import { ambient, during } from "../../platform/ambient.ts";

/** The kind of code that opened a scope. */
export type ScopeKind = "module" | "op" | "user";

/** A named scope. */
export interface Scope {
  readonly name: string;
  readonly kind: ScopeKind;
  readonly parent: Scope | null;
  /** The formula of a composite op in TeX; an empty string otherwise. */
  readonly tex: string;
  /** The module whose `forward` opened the scope; `null` for other scopes. */
  readonly owner: object | null;
}

const open = ambient(() => ({ scope: null as Scope | null }));

/** Returns the innermost scope that is open; `null` outside of any. */
export const currentScope = (): Scope | null => open.scope;

/** Returns the names of the scope and its parents, outermost first, joined by `/`. */
export function scopePath(scope: Scope | null): string {
  const names: string[] = [];
  for (let s = scope; s !== null; s = s.parent) names.unshift(s.name);
  return names.join("/");
}

/** Runs `body` inside a named scope; an async body until its promise settles. */
export function withScope<T>(name: string, kind: ScopeKind, body: () => T, tex = "", owner: object | null = null): T {
  const before = open.scope;
  open.scope = { name, kind, parent: before, tex, owner };
  return during(body, () => {
    open.scope = before;
  });
}

/** Runs `body` inside of a scope that was open before, such as that of a node. */
export function withinScope<T>(scope: Scope | null, body: () => T): T {
  const before = open.scope;
  open.scope = scope;
  return during(body, () => {
    open.scope = before;
  });
}

/**
 * Groups the ops of `body` under a name on the tape.
 * @example
 * scope("attention", () => q.matmul(k.transpose(0, 1)).softmax(-1));
 */
export const scope = <T>(name: string, body: () => T): T => withScope(name, "user", body);
