/** The line of the program that calls an op. */
import { ambient, during } from "../../platform/ambient.ts";
import { packageFolder } from "../../platform/package.ts";
import type { Frame, PendingSite, Site } from "../../tensor/site.ts";
import { currentScope, type Scope } from "./scope.ts";

/** The host's function that captures call sites, and the last one that it captured for a composite op. */
const current = ambient(() => ({
  capture: null as (() => PendingSite | null) | null,
  scope: null as Scope | null,
  site: null as PendingSite | null,
  cuts: 0,
}));

/** Call sites of cuts that are captured and resolved until the next call of `setSiteCapture`. */
const maxCutSites = 128;

/** Sets the function that captures call sites; with `null`, none are captured. */
export function setSiteCapture(capture: (() => PendingSite | null) | null): void {
  current.capture = capture;
  current.cuts = 0;
}

/** Runs `body` with call sites: those that the host captures, or else the lines of the stack outside of the engine. */
export function withSites<T>(body: () => T): T {
  const before = current.capture;
  if (before !== null) return body();
  setSiteCapture(stackSite);
  return during(body, () => setSiteCapture(before));
}

/** Captures call sites during `body`, by the stack where the host captures none; an async body until its promise settles. */
export function withCallSites<T>(body: () => T): T {
  const { capture } = current;
  current.capture ??= stackSite;
  return during(body, () => {
    current.capture = capture;
  });
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

/** Whether call sites of cuts are captured now. */
export const capturesSites = (): boolean => current.capture !== null && current.cuts < maxCutSites;

/** Returns the line of the program that cuts a value off the tape; `null` where none is captured, and beyond the first ones. */
export const siteOfCut = (): Site | null => (capturesSites() ? takeSite(currentSite()) : null);

/** Resolves a call site for a record that outlives the stack; `null` beyond the first ones. */
export function takeSite(site: PendingSite | null): Site | null {
  if (site === null || current.cuts >= maxCutSites) return null;
  current.cuts++;
  return site.resolve();
}

/** The number of frames to capture. Nested modules have many frames inside the engine. */
const stackDepth = 40;

declare const Error: ErrorConstructor & { stackTraceLimit?: number };

/**
 * Captures the line that calls an op by the stack, for `setWatch` in programs that no host of cells runs. V8 formats its text when the site is resolved.
 * @example
 * inspect.setWatch({ nodes: 100, site: inspect.stackSite });
 */
export function stackSite(): PendingSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  const captured = new Error();
  Error.stackTraceLimit = limit;
  let frames: readonly Frame[] | null = null;
  const stack = (): readonly Frame[] => (frames ??= framesOf(captured.stack ?? ""));
  return { resolve: (): Site | null => stack()[0] ?? null, stack };
}

/** Matches a line of V8's stack: the function, where it is named, and the file with line and column. */
const frameLine =
  /^\s*at (?:(?:async )?(.*?) \()?(?:async )?((?:file:\/\/|\/|[A-Za-z]:|https?:|node:)[^()]*?):(\d+):(\d+)\)?$/;

const isLibrary = (file: string): boolean =>
  file.startsWith(packageFolder) ||
  `file://${file}`.startsWith(packageFolder) ||
  file.startsWith("node:") ||
  file.includes("/node_modules/");

/** Returns the frames of a stack's text that belong to the program itself. */
function framesOf(stack: string): Frame[] {
  const frames: Frame[] = [];
  let hidden = 0;
  for (const text of stack.split("\n")) {
    const [, name = "", file, line, column] = frameLine.exec(text) ?? [];
    if (file === undefined) continue;
    if (isLibrary(file)) hidden++;
    else {
      const own = /^(Object\.)?<anonymous>$/.test(name) ? "" : name;
      const between = frames.length === 0 ? 0 : hidden;
      frames.push({
        file,
        cellId: null,
        count: null,
        line: Number(line),
        column: Number(column),
        name: own,
        hidden: between,
      });
      hidden = 0;
    }
  }
  return frames;
}
