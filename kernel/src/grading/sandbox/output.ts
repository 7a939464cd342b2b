/** The text that a submission prints: the beginning is kept, and the rest counted. */

const maxText = 20_000;

/** Collects the text that is written to stdout and stderr. */
export class Output {
  #text = "";
  #left = 0;

  constructor() {
    const write = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
      this.#add(typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString());
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") queueMicrotask(callback as () => void);
      return true;
    };
    for (const stream of [process.stdout, process.stderr])
      Object.defineProperty(stream, "write", { value: write, writable: true });
  }

  #add(text: string): void {
    const room = maxText - this.#text.length;
    this.#text += text.slice(0, Math.max(0, room));
    this.#left += Math.max(0, text.length - room);
  }

  /** Returns the text since the last call. */
  take(): string {
    const text = this.#left === 0 ? this.#text : `${this.#text}\n… ${this.#left} more characters`;
    this.#text = "";
    this.#left = 0;
    return text;
  }
}
