/** The line of the program that calls an op. */
import { ambient } from "../../platform/ambient.ts";
import { packageFolder } from "../../platform/package.ts";
import type { PendingSite, Site } from "../../tensor/site.ts";
import { currentScope, type Scope } from "./scope.ts";

/** The host's function that captures call sites, and the last one that it captured for a composite op. */
const current = ambient(() => ({
  capture: null as (() => PendingSite | null) | null,
  scope: null as Scope | null,
  site: null as PendingSite | null,
}));

/** Sets the function that captures call sites; with `null`, none are captured. */
export function setSiteCapture(capture: (() => PendingSite | null) | null): void {
  current.capture = capture;
}

/** Captures the call site, only once for all ops of a composite op, which the program calls from one line. */
function oncePerComposite(capture: () => PendingSite | null): PendingSite | null {
  const scope = currentScope();
  if (scope === null || scope.kind !== "op") return capture();
  if (scope !== current.scope) [current.scope, current.site] = [scope, capture()];
  return current.site;
}

/** Returns the call site that the host captures; `null` if it captures none. */
export const currentSite = (): PendingSite | null =>
  current.capture === null ? null : oncePerComposite(current.capture);

/** Returns the call site that the host captures, or else the innermost line of the stack outside of the engine. */
export const callSite = (): PendingSite => currentSite() ?? (oncePerComposite(stackSite) as PendingSite);

/** The number of frames to capture. Nested modules have many frames inside the engine. */
const stackDepth = 40;

declare const Error: ErrorConstructor & { stackTraceLimit?: number };

/** Captures the stack; V8 formats its text when `resolve` reads it. */
function stackSite(): PendingSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  const captured = new Error();
  Error.stackTraceLimit = limit;
  return {
    resolve(): Site | null {
      for (const line of (captured.stack ?? "").split("\n")) {
        const [, file, row, column] = /\(?((?:file:\/\/|\/|[A-Za-z]:|https?:)[^()]*?):(\d+):(\d+)\)?$/.exec(line) ?? [];
        if (file === undefined || file.startsWith(packageFolder) || `file://${file}`.startsWith(packageFolder))
          continue;
        return { file, cellId: null, count: null, line: Number(row), column: Number(column) };
      }
      return null;
    },
  };
}
