/** Joins what is written in quick succession into one stream message, and keeps it in order with everything else. */
import type { Header } from "../threads.ts";

const holdMs = 15;
const maxLength = 65536;

type Publish = (type: string, content: object, parent: Header) => void;

export class Streams {
  readonly #publish: Publish;
  #held: { readonly parent: Header; readonly name: string; text: string } | null = null;
  #timer: NodeJS.Timeout | null = null;
  constructor(publish: Publish) {
    this.#publish = publish;
  }

  write(parent: Header, name: string, text: string): void {
    const held = this.#held;
    if (
      held !== null &&
      held.parent.msg_id === parent.msg_id &&
      held.name === name &&
      held.text.length + text.length < maxLength
    ) {
      held.text += text;
      return;
    }
    this.flush();
    this.#held = { parent, name, text };
    this.#timer = setTimeout(() => this.flush(), holdMs);
  }

  /** Sends what is held; anything else that is published calls this first. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#publish("stream", { name: held.name, text: held.text }, held.parent);
  }
}
