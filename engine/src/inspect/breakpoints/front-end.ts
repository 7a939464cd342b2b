/** Breakpoints that a front end keeps with a notebook, and the list of all that it shows. */
import type { BreakpointData, BreakpointSpec } from "../../protocol/index.ts";
import { allBreakpoints, Breakpoint, replaceBreakpoints } from "../../tape/watch/breakpoints/breakpoint.ts";
import type { BreakCondition } from "../../tape/watch/breakpoints/condition.ts";
import type { BreakEvent } from "../../tape/watch/breakpoints/event.ts";
import { placeText } from "../../tensor/site.ts";
import { specText } from "../../view/stop/breakpoint-words.ts";
import { checkCondition } from "./breakpoints.ts";

/** Sets the breakpoints that a front end keeps, in place of those that it has set before. A condition that cannot be has an error, and never holds. */
export function setFrontEndBreakpoints(specs: readonly BreakpointSpec[]): void {
  replaceBreakpoints(specs.map(breakpointOf));
}

function breakpointOf({ id, enabled, phase, when, ...fields }: BreakpointSpec): Breakpoint {
  const text = specText({ ...fields, ...(when === undefined ? {} : { when }) });
  const report = (error: unknown): false => {
    set.error = error instanceof Error ? error.message : String(error);
    return false;
  };
  const given: BreakCondition = when === undefined ? fields : { ...fields, when: predicateOf(when, report) };
  const set: Breakpoint = new Breakpoint(id, given, phase, null, text);
  try {
    checkCondition(given);
  } catch (error) {
    report(error);
    enabled = false;
  }
  if (!enabled) set.disable();
  return set;
}

/** Returns the predicate of an expression of `event`; an error of it is reported, and the condition does not hold. */
function predicateOf(code: string, report: (error: unknown) => false): (event: BreakEvent) => boolean {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the person types the expression, as the code of a cell
    const evaluate = new Function("event", `return (${code}\n);`) as (event: BreakEvent) => unknown;
    return (event) => {
      try {
        return evaluate(event) === true;
      } catch (error) {
        return report(error);
      }
    };
  } catch (error) {
    return () => report(error);
  }
}

/** Returns all breakpoints as JSON. */
export const listBreakpoints = (): BreakpointData[] =>
  allBreakpoints().map(({ id, text, phase, enabled, hits, site, error }) => ({
    id,
    text,
    phase,
    enabled,
    hits,
    isFromCode: site !== null,
    setAt: site === null ? "" : placeText({ resolve: () => site }).replace(/^ (in|at) /, ""),
    error,
  }));
