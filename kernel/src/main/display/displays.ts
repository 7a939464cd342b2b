/** The globals `display` and `clearOutput`, which act on the outputs of the cell whose code runs. */
import { randomUUID } from "node:crypto";
import type { MainToWire } from "../../shared/messages.ts";
import { currentExecution, type Display, type DisplayHandle, type Execution } from "../execution/execution.ts";
import { publish } from "../output/streams.ts";
import { type DisplayContent, describeForDisplay, showAs } from "./describe.ts";

/** A display that is updated while a loop runs. Pictures for other viewers are drawn of its last state alone. */
export interface LiveDisplay {
  /** Shows a bundle as it is. */
  update(bundle: DisplayContent["data"]): void;
  /** Shows the last state. With `waits`, pictures follow, for which the cell waits: the one of the display, or a later cell that changes it. */
  finish(value: unknown, waits: boolean, by?: Execution): void;
}

/** Implements `display` and `clearOutput`. */
export class Displays {
  readonly #send: (message: MainToWire) => void;

  constructor(send: (message: MainToWire) => void) {
    this.#send = send;
  }

  display: Display = (value, metadata = {}) => {
    const capture = currentExecution()?.capture;
    if (capture !== undefined) return capture.show(value);
    const id = randomUUID();
    let shown = 0;
    const show = (type: string, next: unknown): void => {
      const turn = ++shown;
      this.#show(type, next, metadata, id, () => turn === shown);
    };
    show("display_data", value);
    // the value of the call is not shown again as the result of the cell
    return showAs({ update: (next: unknown) => show("update_display_data", next) }, {});
  };

  clear = ({ wait = false }: { readonly wait?: unknown } = {}): void => {
    const execution = currentExecution();
    if (execution?.capture !== undefined) execution.capture.clear();
    else if (execution !== undefined) publish(this.#send, execution, "clear_output", { wait: Boolean(wait) });
  };

  /** Opens a display of an execution, which appears with its first update. */
  openLive(execution: Execution): LiveDisplay {
    const { capture } = execution;
    const id = randomUUID();
    let captured: DisplayHandle | null = null;
    let type = "display_data";
    const sendBy = (by: Execution, { data, metadata }: DisplayContent): void => {
      publish(this.#send, by, type, { data, metadata, transient: { display_id: id } });
      type = "update_display_data";
    };
    const show = (value: unknown): void => {
      if (captured === null) captured = capture?.show(value) ?? null;
      else captured.update(value);
    };
    return {
      update: (bundle) => (capture === undefined ? sendBy(execution, { data: bundle, metadata: {} }) : show(bundle)),
      finish: (value, waits, by = execution) => {
        if (capture !== undefined) return show(value);
        const { now, later } = describeForDisplay(value);
        sendBy(by, now);
        if (waits && later !== null) by.pending.push(later.then((content) => sendBy(by, content)));
      },
    };
  }

  /** Publishes a value at once, and later with pictures, if they take time and `isLatest` still holds: no other value has replaced it. */
  #show(
    type: string,
    value: unknown,
    added: DisplayContent["metadata"],
    displayId: string,
    isLatest: () => boolean,
  ): void {
    const execution = currentExecution();
    if (execution === undefined) return;
    const send = (kind: string, { data, metadata }: DisplayContent): void =>
      publish(this.#send, execution, kind, {
        data,
        metadata: { ...metadata, ...added },
        transient: { display_id: displayId },
      });
    const { now, later } = describeForDisplay(value);
    send(type, now);
    if (later === null) return;
    const replaced = later.then((content) => (isLatest() ? send("update_display_data", content) : undefined));
    execution.pending.push(replaced);
  }
}
