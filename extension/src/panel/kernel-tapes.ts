/** The connection of the panel to the kernel's tapes, which exists while the panel is visible. */
import {
  type InspectorMessage,
  type InspectorRequest,
  inspectorTarget,
  readTapeBytes,
  type TapeData,
  type TapeEntry,
} from "tapelab/view";
import type { Absence, KernelLink, Link } from "../lab/link.js";

/** Callbacks of the connection. */
interface Listener {
  /** Called with the kernel's tapes when it is connected, and after each cell. */
  listed(tapes: readonly TapeEntry[]): void;
  /** Called with a tape that was fetched. */
  received(id: number, data: TapeData): void;
  /** Called when the kernel can be reached, or no longer. */
  changed(): void;
}

/** An answer that is waited for. */
interface Waiting {
  readonly request: InspectorRequest;
  readonly resolve: (message: InspectorMessage) => void;
  readonly reject: (reason: Error) => void;
}

/** Asks the kernel for tapes, gradients and memory. */
export class KernelTapes {
  readonly #link: KernelLink | null;
  readonly #listener: Listener;
  #open: Link | null = null;
  #waiting: Waiting[] = [];
  #absence: Absence | null = "no kernel";
  #generation = 0;

  constructor(link: KernelLink | null, listener: Listener) {
    this.#link = link;
    this.#listener = listener;
  }

  /** Why the kernel cannot be reached; `null` if it can. */
  get absence(): Absence | null {
    return this.#absence;
  }

  /** A number that a new kernel raises, as its tapes begin at the same numbers again. */
  get generation(): number {
    return this.#generation;
  }

  open(): void {
    this.#open ??=
      this.#link?.(
        inspectorTarget,
        {},
        {
          onMessage: (data) => this.#receive(data as unknown as InspectorMessage),
          onAbsent: (why) => this.#leave(why),
        },
      ) ?? null;
  }

  close(): void {
    this.#open?.close();
    this.#open = null;
    this.#rejectAll("The panel was closed.");
  }

  /** Asks for a tape, which the listener receives. */
  fetch(id: number): void {
    this.#open?.send({ kind: "tape", id });
  }

  /** Sends a request, and resolves to its answer. */
  ask(request: InspectorRequest): Promise<InspectorMessage> {
    return new Promise((resolve, reject) => {
      if (this.#open === null || this.#absence !== null) return reject(new Error("No kernel answers."));
      this.#waiting.push({ request, resolve, reject });
      this.#open.send({ ...request });
    });
  }

  /** Asks for all rows of a tape. `progress` is called with the share that has been received. */
  async askWhole(id: number, progress: (share: number) => void): Promise<TapeData> {
    const texts: string[] = [];
    for (let part = 0, parts = 1; part < parts; part++) {
      const answer = await this.ask({ kind: "part", id, part });
      if (answer.kind !== "part") break;
      parts = answer.parts;
      texts.push(atob(answer.bytes));
      progress(texts.length / parts);
    }
    return readTapeBytes(Uint8Array.from(texts.join(""), (c) => c.charCodeAt(0)));
  }

  #receive(message: InspectorMessage): void {
    if (message.kind === "tapes") {
      const wasAbsent = this.#absence !== null;
      this.#absence = null;
      this.#listener.listed(message.tapes);
      if (wasAbsent) this.#listener.changed();
      return;
    }
    if (message.kind === "tape") return this.#listener.received(message.id, message.data);
    const kind = message.kind === "failed" ? message.request : message.kind === "saved" ? "save" : message.kind;
    const waiting = this.#waiting.find(
      ({ request }) =>
        request.kind === kind &&
        (message.kind !== "part" ||
          request.kind !== "part" ||
          (request.id === message.id && request.part === message.part)),
    );
    if (waiting === undefined) return;
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    if (message.kind === "failed") waiting.reject(new Error(message.reason));
    else waiting.resolve(message);
  }

  #leave(why: Absence): void {
    if (this.#absence === null) this.#generation++;
    this.#absence = why;
    this.#rejectAll("The kernel has gone.");
    this.#listener.changed();
  }

  #rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(reason));
  }
}
