/** Stops the program at breakpoints and steps. While none is set, nothing listens to the tape. */
import { ambient } from "../../../platform/ambient.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { currentWalk } from "../../backward/current-walk.ts";
import { callSite } from "../../graph/call-site.ts";
import { listen, type TapeListener, unlisten } from "../../graph/listener.ts";
import { notesCuts } from "../../graph/mode.ts";
import { runUserCode } from "../../graph/user-code.ts";
import { watchedSite } from "../../graph/watched.ts";
import { Stopped } from "../events.ts";
import { allBreakpoints, type Breakpoint, observeBreakpoints } from "./breakpoint.ts";
import { type BreakEvent, type BreakPhase, nodeEvent, resultEvent } from "./event.ts";
import { noteStop } from "./note.ts";
import { endsAt, type Step, stepOf } from "./step.ts";
import { Stop, type StopCommand } from "./stop.ts";

/** Stops the program: returns when it is to go on, with the way in which it does; `null` if this was no place to stop. */
export type StopHandler = (stop: Stop) => StopCommand | null;

/** Whether the program is stopped, or a predicate runs: their own ops stop nowhere. The step that has begun. */
const current = ambient(() => ({ isBusy: false, step: null as Step | null }));

const withoutHost: StopHandler = (stop) => {
  noteStop(stop);
  return "continue";
};
let handler = withoutHost;
let listener: TapeListener | null = null;

/** Sets the function that stops the program, as a kernel does; with `null`, the program does not stop. */
export function setStopHandler(stop: StopHandler | null): void {
  handler = stop ?? withoutHost;
}

/** Ends a step that has begun, as before another cell runs. */
export function endStep(): void {
  if (current.step === null && listener === null) return;
  current.step = null;
  arm();
}

const stopsIn = (phase: BreakPhase) => (b: Breakpoint) =>
  b.enabled && b.phase !== (phase === "forward" ? "backward" : "forward");

/** Registers a listener with the methods that the breakpoints and the step need, or none. */
function arm(): void {
  if (listener !== null) unlisten(listener);
  const isStepping = current.step !== null;
  const all = allBreakpoints();
  const forward = isStepping || all.some(stopsIn("forward"));
  const backward = isStepping || all.some(stopsIn("backward"));
  const hasValues = all.some(({ enabled, condition }) => enabled && condition.given.value !== undefined);
  listener =
    forward || backward
      ? {
          ...(forward ? forwardMethods : siteMethods),
          ...(backward ? backwardMethods : {}),
          ...(hasValues ? valueMethods : {}),
        }
      : null;
  if (listener !== null) listen(listener);
}

observeBreakpoints(arm);

/** Whether an op is one of the program, and not of the engine's gradient rules, nor of a predicate or an expression at a stop. */
const isOfProgram = (): boolean => !current.isBusy && notesCuts();

/** Keeps the call sites of nodes, for stops in backward. */
const siteMethods: TapeListener = {
  opRecorded(node): void {
    if (isOfProgram()) node.watched ??= watchedSite(callSite());
  },
};

const forwardMethods: TapeListener = {
  opRecorded(node, inputs, outputs): readonly Tensor[] | undefined {
    if (!isOfProgram()) return undefined;
    node.watched ??= watchedSite(callSite());
    return stopAt(resultEvent(node.op, node.params, node, inputs, outputs)) as readonly Tensor[] | undefined;
  },
  opUnrecorded(op, inputs, outputs, params): readonly Tensor[] | undefined {
    if (!isOfProgram()) return undefined;
    return stopAt(resultEvent(op, params, null, inputs, outputs)) as readonly Tensor[] | undefined;
  },
};

const backwardMethods: TapeListener = {
  cotangentsFormed(node, cotangents): void {
    if (!current.isBusy) replaceIn(cotangents, stopAt(nodeEvent("cotangent", node, cotangents.slice())));
  },
  ruleApplied(node, cotangents, contributions): void {
    if (!current.isBusy)
      replaceIn(contributions, stopAt(nodeEvent("contribution", node, cotangents.slice(), contributions.slice())));
  },
  leafReached(node, cotangents): void {
    if (!current.isBusy) replaceIn(cotangents, stopAt(nodeEvent("leaf", node, cotangents.slice())));
  },
};

const valueMethods: TapeListener = {
  overwriting(to, from): void {
    for (const { condition } of allBreakpoints()) condition.overwrites(to.storage, from.storage);
  },
};

function replaceIn(list: (Tensor | null)[], values: readonly (Tensor | null)[] | undefined): void {
  values?.forEach((t, i) => {
    list[i] = t;
  });
}

/** Whether the step that has begun ends at an event. A leaf and the contributions of a rule are no steps of their own. */
const endsStep = ({ moment, innermostScope }: BreakEvent): boolean =>
  current.step !== null && (moment === "result" || moment === "cotangent") && endsAt(current.step, innermostScope);

/** Runs `body` as user code that can reach the tensors of an event; its ops stop nowhere. */
function quietly<T>({ inputs, outputs, gradients, contributions }: BreakEvent, body: () => T): T {
  return runUserCode([...inputs, ...outputs, ...gradients, ...contributions], () => {
    current.isBusy = true;
    try {
      return body();
    } finally {
      current.isBusy = false;
    }
  });
}

/** Returns the breakpoints whose conditions an event meets. */
function hitsAt(event: BreakEvent): readonly Breakpoint[] {
  const walk = currentWalk();
  const isArmed = stopsIn(event.phase);
  // all are asked, as each notes the values that it has seen
  return allBreakpoints().filter((b) => {
    if (!isArmed(b)) return false;
    return b.condition.given.when === undefined
      ? b.condition.matches(event, walk)
      : quietly(event.keepSite(), () => b.condition.matches(event, walk));
  });
}

/** Stops the program where a breakpoint or a step wants it. Returns the values that take the place of those of the event, if any do. */
function stopAt(event: BreakEvent): readonly (Tensor | null)[] | undefined {
  const hits = hitsAt(event);
  if (hits.length === 0 && !endsStep(event)) return undefined;
  const stop = new Stop(event, hits);
  const command = quietly(event, () => handler(stop));
  if (command === null) return undefined;
  for (const b of hits) b.hits++;
  current.step = stepOf(command, event.innermostScope);
  arm();
  if (command === "abort") throw new Stopped(`stopped at ${event.op}, ${event.phase}`);
  return stop.replaced ?? undefined;
}
