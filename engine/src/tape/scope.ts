/** Named scopes: where on the tape an operation belongs. A module's forward and a composite op open one. */

import { during } from "./during.ts";

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

let current: Scope | null = null;

export const currentScope = (): Scope | null => current;

/** Names of a scope and those around it, outermost first, joined by `/`. */
export function scopePath(scope: Scope | null): string {
  const names: string[] = [];
  for (let s = scope; s !== null; s = s.parent) names.unshift(s.name);
  return names.join("/");
}

/** Leaves all scopes, after a program was terminated inside of one. */
export function leaveScopes(): void {
  current = null;
}

/** Runs `body` inside a named scope; an async body keeps it until its promise settles. */
export function withScope<T>(name: string, kind: ScopeKind, body: () => T, tex = "", owner: object | null = null): T {
  const before = current;
  current = { name, kind, parent: before, tex, owner };
  return during(body, () => {
    current = before;
  });
}

/**
 * Groups the operations of `body` under a name on the tape.
 * @example
 * scope("attention", () => q.matmul(k.transpose(0, 1)).softmax(-1));
 */
export const scope = <T>(name: string, body: () => T): T => withScope(name, "user", body);
