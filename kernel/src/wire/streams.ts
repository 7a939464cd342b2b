/**
 * Joins what is written in quick succession into one stream message, keeps it in order with everything else, and keeps a flood within
 * what Jupyter's server lets through: 1 MB a second over 3 seconds. What is beyond that is left out, and a note says how much.
 */
import type { Header } from "../threads.ts";

const holdMs = 15;
const maxMessage = 65_536;
/** Characters a second that may go out for long, and at once. */
const rate = 900_000;
const burst = 1_800_000;
/** Characters that wait for their turn; what comes then is left out. */
const maxWaiting = 800_000;

type Publish = (type: string, content: object, parent: Header) => void;

interface Held {
  readonly parent: Header;
  readonly name: string;
  text: string;
  /** What was left out behind the text. */
  lines: number;
  characters: number;
}

const lineCount = (text: string): number => text.split("\n").length - 1;

const note = ({ lines, characters }: Held): string =>
  `\n[${lines.toLocaleString("en")} lines (${(characters / 1e6).toFixed(1)} MB) were left out here: the front end takes 1 MB a second]\n`;

export class Streams {
  readonly #publish: Publish;
  #held: Held | null = null;
  #timer: NodeJS.Timeout | null = null;
  #allowance = burst;
  #refilled = performance.now();

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  write(parent: Header, name: string, text: string): void {
    if (this.#held !== null && (this.#held.parent.msg_id !== parent.msg_id || this.#held.name !== name)) this.flush();
    this.#held ??= { parent, name, text: "", lines: 0, characters: 0 };
    const held = this.#held;
    if (held.characters > 0 || held.text.length + text.length > maxWaiting) {
      held.lines += lineCount(text);
      held.characters += text.length;
    } else held.text += text;
    if (held.text.length >= maxMessage) this.#send();
    this.#timer ??= setTimeout(() => this.#tick(), holdMs);
  }

  /** Sends all that is held, in whatever time; anything else that is published calls this first. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    this.#emit(held, held.text);
    if (held.characters > 0) this.#emit(held, note(held));
  }

  #tick(): void {
    this.#timer = null;
    this.#send();
    if (this.#held !== null) this.#timer = setTimeout(() => this.#tick(), holdMs);
  }

  /** Sends as much as the allowance lets through. */
  #send(): void {
    const held = this.#held;
    if (held === null) return;
    const now = performance.now();
    this.#allowance = Math.min(burst, this.#allowance + ((now - this.#refilled) / 1000) * rate);
    this.#refilled = now;
    const length = Math.min(held.text.length, Math.floor(this.#allowance));
    if (length <= 0) return;
    this.#emit(held, held.text.slice(0, length));
    held.text = held.text.slice(length);
    if (held.text !== "") return;
    if (held.characters > 0) this.#emit(held, note(held));
    this.#held = null;
  }

  #emit({ parent, name }: Held, text: string): void {
    for (let at = 0; at < text.length; at += maxMessage)
      this.#publish("stream", { name, text: text.slice(at, at + maxMessage) }, parent);
    this.#allowance -= text.length;
  }
}
