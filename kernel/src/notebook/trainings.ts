/** Live displays of trainings by `fit`, below the cells that train. */
import type { host } from "tapelab";
import { showBy } from "../main/display/describe.ts";
import type { Displays } from "../main/display/displays.ts";
import { currentExecution, type Execution } from "../main/execution/execution.ts";

/** A training that runs, in the execution that shows it. */
interface Running {
  readonly training: host.LiveTraining;
  readonly execution: Execution;
  /** Whether the cell waits for the PNG of the final state; not after an interrupt. */
  waits: boolean;
}

/** Longest time that an interrupt waits for a training to stop between two batches. */
const maxPatienceMs = 10_000;

/** Shows trainings while they run, and stops those of a cell that is interrupted. */
export class LiveTrainings {
  readonly #displays: Displays;
  /** Milliseconds that an interrupt waits before it terminates the code. */
  readonly #patience: Int32Array;
  /** Returns the execution of the cell that runs. */
  readonly #current: () => Execution | null;
  readonly #running = new Set<Running>();

  constructor(displays: Displays, patience: Int32Array, current: () => Execution | null) {
    this.#displays = displays;
    this.#patience = patience;
    this.#current = current;
  }

  #wait(ms: number): void {
    Atomics.store(this.#patience, 0, Math.round(Math.min(ms, maxPatienceMs)));
  }

  /** Opens the display of a training below the cell whose code runs. */
  present = (training: host.LiveTraining): host.TrainingDisplay | null => {
    const execution = currentExecution();
    if (execution === undefined) return null;
    const running: Running = { training, execution, waits: true };
    const display = this.#displays.openLive(execution);
    this.#running.add(running);
    return {
      update: () => display.update(training.liveBundle()),
      finish: () => {
        this.#running.delete(running);
        if (this.#running.size === 0) this.#wait(0);
        const { history } = training;
        display.finish(history.bundle(), running.waits);
        // as the result of the cell that shows it, it is not shown again
        showBy(history, () => (this.#current() === execution ? {} : history.bundle()));
      },
      wait: (ms) => this.#wait(ms),
    };
  };

  /** Stops the trainings of an execution that is interrupted or has failed, and shows their final state. */
  end(execution: Execution, waits: boolean): void {
    for (const running of this.#running)
      if (running.execution === execution) {
        running.waits = waits;
        running.training.interrupt();
      }
  }
}
