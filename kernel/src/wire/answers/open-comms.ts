/** The open comms, tracked from the messages of both directions, so that `comm_info_request` is answered while a cell computes. */
import type { CommMessage } from "../../shared/jupyter.ts";

/** The targets of the open comms by id. */
export class OpenComms {
  readonly #targets = new Map<string, string>();

  /** Updates the list by a message. */
  record({ type, content }: CommMessage): void {
    if (type === "comm_open") this.#targets.set(content.comm_id, content.target_name ?? "");
    if (type === "comm_close") this.#targets.delete(content.comm_id);
  }

  /** Returns the target of the comm that a message belongs to; `undefined` if it is not open. */
  targetOf({ type, content }: CommMessage): string | undefined {
    return type === "comm_open" ? content.target_name : this.#targets.get(content.comm_id);
  }

  /** Returns the open comms, of one target if it is given. */
  info(target: unknown): Readonly<Record<string, { readonly target_name: string }>> {
    const found = [...this.#targets].filter(([, name]) => typeof target !== "string" || target === name);
    return Object.fromEntries(found.map(([id, name]) => [id, { target_name: name }]));
  }
}
