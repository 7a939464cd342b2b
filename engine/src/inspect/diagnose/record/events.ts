/** The events of a step: backward passes and updates, in order. */
import type { Optimizer } from "../../../optim/optimizer.ts";
import type { GradientCopies, StepEvent } from "./call.ts";
import type { Snapshot } from "./snapshot.ts";

/** Returns the values of the losses from which the backward passes started; of a closure that an optimizer runs several times, the first one. */
export const lossesOf = (events: readonly StepEvent[]): number[] =>
  events.flatMap((e) => (e.kind === "backward" && e.pass.root !== null && !e.pass.isRepeated ? [e.pass.loss] : []));

/** Notes the weights after the last update by an optimizer. An update with a closure comes after the backward passes of the closure, whose gradients it uses. */
export function endUpdate(
  events: StepEvent[],
  optimizer: Optimizer,
  after: readonly Snapshot[],
  gradients: () => GradientCopies,
): void {
  const at = events.findLastIndex((e) => e.kind === "update" && e.optimizer === optimizer);
  const event = events[at];
  if (event?.kind !== "update") return;
  event.after = after;
  if (at === events.length - 1) return;
  events.splice(at, 1);
  events.push({ ...event, gradients: gradients() });
}
