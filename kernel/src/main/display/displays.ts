/** `display` and `clearOutput`: what is shown below the cell whose code runs. */
import { randomUUID } from "node:crypto";
import type { MainToWire } from "../../shared/messages.ts";
import { publish } from "../output/streams.ts";
import { currentOwner, type Display } from "../ownership/owner.ts";
import { type DisplayContent, describeForDisplay, showAs } from "./describe.ts";

export class Displays {
  readonly #send: (message: MainToWire) => void;

  constructor(send: (message: MainToWire) => void) {
    this.#send = send;
  }

  display: Display = (value, metadata = {}) => {
    const capture = currentOwner()?.capture;
    if (capture !== undefined) return capture.show(value);
    const id = randomUUID();
    let shown = 0;
    const show = (type: string, next: unknown): void => {
      const turn = ++shown;
      this.#show(type, next, metadata, id, () => turn === shown);
    };
    show("display_data", value);
    // as a cell's value it is shown already
    return showAs({ update: (next: unknown) => show("update_display_data", next) }, {});
  };

  clear = ({ wait = false }: { readonly wait?: unknown } = {}): void => {
    const owner = currentOwner();
    if (owner?.capture !== undefined) owner.capture.clear();
    else if (owner !== undefined) publish(this.#send, owner, "clear_output", { wait: Boolean(wait) });
  };

  /** `isLatest` says whether nothing else has been shown in its place. */
  #show(
    type: string,
    value: unknown,
    added: DisplayContent["metadata"],
    displayId: string,
    isLatest: () => boolean,
  ): void {
    const owner = currentOwner();
    if (owner === undefined) return;
    const send = (kind: string, { data, metadata }: DisplayContent): void =>
      publish(this.#send, owner, kind, {
        data,
        metadata: { ...metadata, ...added },
        transient: { display_id: displayId },
      });
    const { now, later } = describeForDisplay(value);
    send(type, now);
    if (later === null) return;
    const replaced = later.then((content) => (isLatest() ? send("update_display_data", content) : undefined));
    owner.pending.push(replaced);
  }
}
