/** Live displays of watched trainings, below the cells that train, and the tapes that their views ask for. */
import type { Watch } from "tapelab";
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

  /** Shows the present state of a watch below the cell whose code runs, if it is due, or not shown there yet. Returns whether it has shown it. */
  present = (watch: Watch, isDue: boolean): boolean => {
    const execution = currentExecution();
    if (execution === undefined || (!isDue && this.#shown.get(execution)?.has(watch) === true)) return false;
    const watches = this.#shown.get(execution) ?? new Map<Watch, Shown>();
    this.#shown.set(execution, watches);
    let shown = watches.get(watch);
    if (shown === undefined) {
      shown = { picture: this.#displays.openLive(execution), table: this.#displays.openLive(execution) };
      watches.set(watch, shown);
      this.#remember(watch);
    }
    shown.picture.update(watch.liveBundle());
    return true;
  };

  /** Shows the final state of the watches of an execution: the whole picture, and a table. `waits`: whether the cell waits for a PNG; not after an interrupt. */
  end(execution: Execution, waits: boolean): void {
    for (const [watch, { picture, table }] of this.#shown.get(execution) ?? []) {
      // code that was terminated may have left a walk or a mode open
      watch.settle(waits);
      picture.finish(watch, waits);
      if (execution.capture === undefined) table.finish(watch.table(), false);
    }
  }

  /** Remembers a watch by its id, and forgets those that are gone. */
  #remember(watch: Watch): void {
    for (const [id, ref] of this.#byId) if (ref.deref() === undefined) this.#byId.delete(id);
    this.#byId.set(watch.id, new WeakRef(watch));
  }
}
