/** Steps: at which event a program stops next that goes on by a step. */
import type { Scope } from "../../graph/scope.ts";
import type { StopCommand } from "./stop.ts";

/** A step that has begun, and the scope in which it began. */
export interface Step {
  readonly kind: "step" | "over" | "out";
  readonly scope: Scope | null;
}

/** Returns the step of a command; `null` for a command that is none, and to leave the outermost scope. */
export function stepOf(command: StopCommand, scope: Scope | null): Step | null {
  if (command === "continue" || command === "abort" || (command === "out" && scope === null)) return null;
  return { kind: command, scope };
}

function isInside(scope: Scope | null, outer: Scope | null): boolean {
  if (outer === null) return true;
  for (let s = scope; s !== null; s = s.parent) if (s === outer) return true;
  return false;
}

/** Whether a step ends at an event in a scope. */
export function endsAt({ kind, scope: began }: Step, scope: Scope | null): boolean {
  if (kind === "step") return true;
  return kind === "over" ? scope === began || !isInside(scope, began) : !isInside(scope, began);
}
