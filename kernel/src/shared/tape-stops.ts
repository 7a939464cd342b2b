/** Constants of the main thread and the wire worker for stops at breakpoints on the tape. */
import type { breakpointsTarget } from "tapelab/view";

/** Target of the comms of front ends; a copy, so that the wire worker need not load the package. */
export const stopsTarget: typeof breakpointsTarget = "tapelab.breakpoints";

/** Answers of the wire worker: the debugger is ready for the stop, or no front end is there that shows it. */
export const mayStop = 1;
export const mayPass = 2;

/** Name of the script with the `debugger` statement at which the main thread stops. */
export const stopScript = "tapelab-stop";
