/** The notes of a notebook's cells, which the kernel sends, and requests for the tensor of a line. */
import { type AnnotationsMessage, annotationsTarget, type CellNotes } from "tapelab/view";
import type { KernelLink, Link } from "../link.ts";

/** The answer to a request. */
export type LineAnswer = Extract<AnnotationsMessage, { readonly kind: "line" }>;

/** Milliseconds after which a kernel that is busy is no longer waited for. */
const patience = 4000;

/** Callbacks of the notes. */
export interface NotesListener {
  /** Called with the notes of cells that have run. */
  received(cells: readonly CellNotes[]): void;
  /** Called when the kernel can no longer be reached, so that its tensors are gone. */
  lost(): void;
}

/** A connection that exists while annotations are shown. */
export class NotesLink {
  readonly #connect: KernelLink;
  readonly #listener: NotesListener;
  readonly #waiting = new Map<number, (answer: LineAnswer | null) => void>();
  #link: Link | null = null;
  #requests = 0;

  constructor(connect: KernelLink, listener: NotesListener) {
    this.#connect = connect;
    this.#listener = listener;
  }

  open(): void {
    this.#link ??= this.#connect(
      annotationsTarget,
      {},
      {
        onMessage: (data) => this.#receive(data as unknown as AnnotationsMessage),
        onAbsent: () => {
          this.#listener.lost();
          for (const resolve of this.#waiting.values()) resolve(null);
          this.#waiting.clear();
        },
      },
    );
  }

  close(): void {
    this.#link?.close();
    this.#link = null;
  }

  /** Asks for the tensor of a line; `null` if the kernel does not answer. */
  ask(file: string, line: number, wantsTape: boolean): Promise<LineAnswer | null> {
    const request = ++this.#requests;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(request, null), patience);
      this.#waiting.set(request, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      if (this.#link === null) this.#settle(request, null);
      else this.#link.send({ request, file, line, wantsTape });
    });
  }

  #settle(request: number, answer: LineAnswer | null): void {
    this.#waiting.get(request)?.(answer);
    this.#waiting.delete(request);
  }

  #receive(message: AnnotationsMessage): void {
    if (message.kind === "notes") this.#listener.received(message.cells);
    else this.#settle(message.request, message);
  }
}
