/** Live displays of passes that loops step through, and the messages by which their views pause them. */
import type { host } from "tapelab";
import { type StepsRequest, stepsTarget } from "tapelab/view";
import type { Displays, LiveDisplay } from "../main/display/displays.ts";
import { currentExecution, type Execution } from "../main/execution/execution.ts";
import type { CommManager } from "../main/frontend/comms.ts";

/** A pass whose loop runs, in the execution that shows it. */
interface Running {
  readonly pass: host.RunningPass;
  readonly execution: Execution;
  readonly display: LiveDisplay;
}

/** The passes whose loops run. */
export class LiveSteps {
  readonly #displays: Displays;
  readonly #running = new Map<string, Running>();

  constructor(displays: Displays, comms: CommManager) {
    this.#displays = displays;
    comms.on(stepsTarget, (comm, { data }) => {
      const control = this.#running.get(String(data["id"]))?.pass.control;
      if (control === undefined) return comm.close();
      // a page that goes leaves nothing paused
      comm.onClose(() => control.resume());
      return comm.onMessage((event) => {
        const { kind } = event.data as unknown as StepsRequest;
        if (kind === "pause") control.pause();
        else if (kind === "step") control.step();
        else if (kind === "continue") control.resume();
        else control.hear();
      });
    });
  }

  /** Shows a pass below the cell whose code runs. */
  show: host.ShowLive = (bundle, pass) => {
    const execution = currentExecution();
    if (execution === undefined) return { update: () => {}, finish: () => {} };
    const { id } = pass.control;
    const display = this.#displays.openLive(execution);
    this.#running.set(id, { pass, execution, display });
    display.update(bundle);
    return {
      // no update of a timer follows the end of an interrupted pass
      update: (next) => {
        if (this.#running.has(id)) display.update(next);
      },
      finish: (last) => {
        this.#running.delete(id);
        display.finish(last, true);
      },
    };
  };

  /** Shows the passes of an execution as far as they have come, when it is interrupted in their loops. */
  end(execution: Execution): void {
    for (const [id, { pass, execution: own, display }] of this.#running) {
      if (own !== execution) continue;
      this.#running.delete(id);
      display.finish(pass.bundle(), false);
    }
  }
}
