/** The schedulers of a training, and when they step. */
import { CyclicLR, OneCycleLR } from "../optim/lr-scheduler/cyclic.ts";
import { ReduceLROnPlateau } from "../optim/lr-scheduler/plateau.ts";
import type { SavedValue } from "../serialization/state.ts";
import type { FitOptions, PlannedScheduler, Scheduler } from "./options.ts";

const isPlanned = (given: Scheduler | PlannedScheduler): given is PlannedScheduler => "scheduler" in given;

/** Returns when a scheduler steps by default: cycles have the lengths of single steps. */
const momentOf = (scheduler: Scheduler): "epoch" | "step" =>
  scheduler instanceof OneCycleLR || scheduler instanceof CyclicLR ? "step" : "epoch";

/** The schedulers of a training. */
export class Schedulers {
  readonly #planned: readonly PlannedScheduler[];
  /** Those that step with the optimizer. */
  readonly #perStep: readonly Scheduler[];

  constructor(given: FitOptions<string>["scheduler"] = []) {
    const list = (Array.isArray(given) ? given : [given]) as readonly (Scheduler | PlannedScheduler)[];
    this.#planned = list.map((s) => (isPlanned(s) ? s : { scheduler: s, every: momentOf(s) }));
    this.#perStep = this.#planned.flatMap(({ scheduler, every }) => (every === "step" ? [scheduler] : []));
  }

  /** Steps after a step of the optimizer, whose loss is given. */
  stepped(loss: number): void {
    for (const s of this.#perStep)
      if (s instanceof ReduceLROnPlateau) s.step(loss);
      else s.step();
  }

  /** Steps after an epoch, whose monitored value is given. */
  epochEnded(monitored: number): void {
    for (const { scheduler, every } of this.#planned)
      if (every === "step") continue;
      else if (scheduler instanceof ReduceLROnPlateau) scheduler.step(monitored);
      else scheduler.step();
  }

  stateDict(): SavedValue[] {
    return this.#planned.map(({ scheduler }) => scheduler.stateDict() as SavedValue);
  }

  loadStateDict(states: readonly SavedValue[]): void {
    this.#planned.forEach(({ scheduler }, i) => {
      if (i < states.length) scheduler.loadStateDict(states[i] as Record<string, unknown>);
    });
  }
}
