/** The time for which a program stays stopped without a front end. */
import { ArgumentError } from "../../tensor/errors.ts";

let seconds = 120;

/**
 * Sets after how many seconds without a front end a program that is stopped at a breakpoint goes on, 120 by default. A page that was closed, or has lost its connection, is
 * missed after that time; a note says that the program went on. `Infinity` waits for ever.
 * @throws ArgumentError for a number that is not above 0.
 * @example inspect.setBreakTimeout(30);
 */
export function setBreakTimeout(time: number): void {
  if (!(time > 0)) throw new ArgumentError("setBreakTimeout", `expected a number of seconds above 0, but got ${time}`);
  seconds = time;
}

/** Returns the time in seconds. */
export const breakTimeout = (): number => seconds;
