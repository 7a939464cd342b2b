/** Live displays of watched trainings, below the cells that train, and the tapes that their views ask for. */
import type { host, Watch } from "tapelab";
import { type WatchRequest, watchTarget } from "tapelab/view";
import type { Displays, LiveDisplay } from "../main/display/displays.ts";
import { currentExecution, type Execution } from "../main/execution/execution.ts";
import type { CommManager } from "../main/frontend/comms.ts";

/** The displays of a watch below one cell: the picture, and at the end the table. */
interface Shown {
  readonly picture: LiveDisplay;
  readonly table: LiveDisplay;
}

/** Shows watches while their trainings run, also in a loop that does not return: the wire worker sends what is published. */
export class LiveWatches {
  readonly #displays: Displays;
  readonly #shown = new WeakMap<Execution, Map<Watch, Shown>>();
  /** The last display of each watch below a cell. */
  readonly #last = new WeakMap<Watch, Shown>();
  readonly #byId = new Map<string, WeakRef<Watch>>();

  constructor(displays: Displays, comms: CommManager) {
    this.#displays = displays;
    comms.on(watchTarget, (comm, { data }) => {
      const watch = this.#byId.get(String(data["id"]))?.deref();
      if (watch === undefined) return comm.close();
      return comm.onMessage((event) => {
        const { step } = event.data as unknown as WatchRequest;
        comm.send({ step, tape: watch.tapeData(step) });
      });
    });
  }

  /** Shows the present state of a watch below the cell whose code runs; the final one, if that cell has not trained, where it was shown last. */
  present: host.Presenter = (watch, moment) => {
    const execution = currentExecution();
    if (execution === undefined) return false;
    const isShown = this.#shown.get(execution)?.has(watch) === true;
    if (moment === "step" && isShown) return false;
    const last = this.#last.get(watch);
    if (moment === "stopped" && !isShown && last !== undefined) {
      finish(watch, last, true, execution);
      return true;
    }
    const watches = this.#shown.get(execution) ?? new Map<Watch, Shown>();
    this.#shown.set(execution, watches);
    let shown = watches.get(watch);
    if (shown === undefined) {
      shown = { picture: this.#displays.openLive(execution), table: this.#displays.openLive(execution) };
      watches.set(watch, shown);
      if (execution.capture === undefined) this.#last.set(watch, shown);
      this.#remember(watch);
    }
    shown.picture.update(watch.liveBundle());
    return true;
  };

  /** Shows the final state of the watches of an execution: the whole picture, and a table. `waits`: whether the cell waits for a PNG; not after an interrupt. */
  end(execution: Execution, waits: boolean): void {
    for (const [watch, shown] of this.#shown.get(execution) ?? []) {
      // code that was terminated may have left a walk or a mode open
      watch.settle(waits);
      finish(watch, shown, waits, execution);
    }
  }

  /** Remembers a watch by its id, and forgets those that are gone. */
  #remember(watch: Watch): void {
    for (const [id, ref] of this.#byId) if (ref.deref() === undefined) this.#byId.delete(id);
    this.#byId.set(watch.id, new WeakRef(watch));
  }
}

/** Shows the picture of a watch, and below a cell its table. */
function finish(watch: Watch, { picture, table }: Shown, waits: boolean, by: Execution): void {
  picture.finish(watch, waits, by);
  if (by.capture === undefined) table.finish(watch.table(), false, by);
}
