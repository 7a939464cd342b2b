/** Sends requests for completion and inspection to the language worker. */
import type { MessagePort } from "node:worker_threads";
import type { LanguageRequest, LanguageToWire, WireToLanguage } from "../../shared/messages.ts";

/** The client side of the connection to the language worker. */
export class LanguageClient {
  #port: MessagePort | null = null;
  /** Requests from the time before the connection. */
  readonly #early: WireToLanguage[] = [];
  readonly #pending = new Map<number, (content: object) => void>();
  #count = 0;

  /** Connects to the worker, and sends the requests that wait for it. */
  connect(port: MessagePort): void {
    this.#port = port;
    port.on("message", ({ id, content }: LanguageToWire) => {
      this.#pending.get(id)?.(content);
      this.#pending.delete(id);
    });
    for (const message of this.#early.splice(0)) port.postMessage(message);
  }

  /** Returns the content of the reply to a request. */
  ask(request: LanguageRequest): Promise<object> {
    const message: WireToLanguage = { id: ++this.#count, request };
    if (this.#port === null) this.#early.push(message);
    else this.#port.postMessage(message);
    return new Promise((resolve) => this.#pending.set(message.id, resolve));
  }
}
