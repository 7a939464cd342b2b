/** Which comms are open, as seen from the messages that pass; so comm_info is answered while a cell computes. */
import type { CommMessage } from "../../shared/messages.ts";

export class Comms {
  readonly #targets = new Map<string, string>();

  note({ type, content }: CommMessage): void {
    if (type === "comm_open") this.#targets.set(content.comm_id, content.target_name ?? "");
    if (type === "comm_close") this.#targets.delete(content.comm_id);
  }

  /** The open comms, of one target if it is named. */
  info(target: unknown): Readonly<Record<string, { readonly target_name: string }>> {
    const found = [...this.#targets].filter(([, name]) => typeof target !== "string" || target === name);
    return Object.fromEntries(found.map(([id, name]) => [id, { target_name: name }]));
  }
}
