/** Breakpoints on the tape, as the program sets them. */
import { callSite } from "../../tape/graph/call-site.ts";
import {
  allBreakpoints,
  type BreakPhases,
  type Breakpoint,
  setBreakpoint,
} from "../../tape/watch/breakpoints/breakpoint.ts";
import type { BreakCondition, BreakValue } from "../../tape/watch/breakpoints/condition.ts";
import type { BreakEvent } from "../../tape/watch/breakpoints/event.ts";
import { ArgumentError } from "../../tensor/errors.ts";

/** Options of `breakWhen`. */
export interface BreakOptions {
  /** Whether it stops in the forward pass, in backward, or in both, which is the default. */
  readonly phase?: BreakPhases;
}

/**
 * Sets a breakpoint on the tape: the program stops after an op ran, or in backward before or after its gradient rule, when the condition holds. A condition is the kind of
 * elements to wait for (`"nan"`, `"infinite"`, `"notFinite"`, `"zero"`), a function of the event, or a record of which all fields must hold: `value`, `normAbove`, `op`, `scope`,
 * `shape`, `cell`, `line`, `file`, `when`. Elements that are not finite stop the program where they first appear. In `vmap`, shapes and elements are those with the batch
 * dimension. Returns a handle that switches the breakpoint off and removes it; run again, a line replaces the breakpoint that it has set before. Without a front end that
 * shows stops, the program does not stop, and a note says where it would have.
 * @throws ArgumentError for a size, norm or line that cannot be.
 * @example
 * const handle = inspect.breakWhen({ op: "log", value: "infinite" }, { phase: "forward" });
 * handle.text; // "infinite elements, op log"
 * handle.disable();
 * inspect.breakpoints().map((b) => b.enabled); // [false]
 * handle.remove();
 */
export function breakWhen(
  condition: BreakCondition | BreakValue | ((event: BreakEvent) => boolean),
  { phase = "both" }: BreakOptions = {},
): Breakpoint {
  const given: BreakCondition =
    typeof condition === "string"
      ? { value: condition }
      : typeof condition === "function"
        ? { when: condition }
        : condition;
  checkCondition(given);
  return setBreakpoint(given, phase, callSite().resolve() ?? unknownSite);
}

const unknownSite = { file: "", cellId: null, count: null, line: 0, column: 0 } as const;

/** Returns all breakpoints, those of the front end too, in the order in which they were set. */
export const breakpoints = (): readonly Breakpoint[] => allBreakpoints();

/** Checks the numbers of a condition. @throws ArgumentError */
export function checkCondition({ shape, normAbove, line }: BreakCondition): void {
  const refuse = (what: string): never => {
    throw new ArgumentError("breakWhen", what);
  };
  if (shape?.some((n) => n !== null && !(Number.isInteger(n) && n >= 0)) === true)
    refuse(`expected the sizes of shape to be integers from 0, or null for any size, but got [${shape.join(", ")}]`);
  if (normAbove !== undefined && !(normAbove >= 0))
    refuse(`expected normAbove to be a number from 0, but got ${normAbove}`);
  if (line !== undefined && !(Number.isInteger(line) && line >= 1))
    refuse(`expected line to be an integer from 1, but got ${line}`);
}
