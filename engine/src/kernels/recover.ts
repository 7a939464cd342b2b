/** Order after a program was terminated. */
import { leaveLevels } from "../op/batched.ts";
import { forgetObserver } from "../op/dispatch.ts";
import { forgetTelling } from "../tape/events.ts";
import { forgetKeeper } from "../tape/keeping.ts";
import { resetGradMode } from "../tape/mode.ts";
import { leaveScopes } from "../tape/scope.ts";
import { forgetWalks } from "../tape/walk.ts";
import { collectTemporaries, publish, reclaim } from "../tensor/memory.ts";
import { settle } from "./operands.ts";
import { withdrawJob } from "./threads.ts";

/**
 * Puts the engine in order after the runtime has terminated what ran: nothing of it was unwound, no `finally` was reached. Recording is on, no scope
 * is open, no walk is under way, and memory that a walk, a kernel or the way to a new tensor held is free again.
 */
export function recover(): void {
  resetGradMode();
  leaveScopes();
  forgetWalks();
  forgetObserver();
  leaveLevels();
  forgetTelling();
  forgetKeeper();
  collectTemporaries(null)?.forEach(publish);
  withdrawJob();
  settle();
  reclaim();
}
