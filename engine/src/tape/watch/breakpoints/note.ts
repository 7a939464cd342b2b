/** Breakpoints of a program that no host runs: a note says where it would stop, and a debugger that is attached to the process does stop there. */
import { warn } from "../../../platform/warn.ts";
import { placeText } from "../../../tensor/site.ts";
import type { Breakpoint } from "./breakpoint.ts";
import type { Stop } from "./stop.ts";

/** Breakpoints that a note was written of. */
const noted = new WeakSet<Breakpoint>();

/** Writes a note for each breakpoint that is hit for the first time, and stops in a debugger that is attached. */
export function noteStop({ event, breakpoints }: Stop): void {
  for (const b of breakpoints.filter((each) => !noted.has(each))) {
    noted.add(b);
    warn(
      `${b.text}: a breakpoint is reached at ${event.op}, ${event.phase}${placeText(event.callSite)}; the program runs on, as nothing here shows stops`,
    );
  }
  // biome-ignore lint/suspicious/noDebugger: a breakpoint stops in the debugger that runs the program, if one does
  // oxlint-disable-next-line no-debugger
  debugger;
}
