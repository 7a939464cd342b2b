/** A gap in the output of a cell that writes more than can be sent. */
import type { Header } from "../../shared/jupyter.ts";
import { cutAt, lineCount, WaitingText } from "./waiting-text.ts";

/** Length of the pieces in which the last output is kept. */
const maxPiece = 65_536;

/** Length of the last output that is kept. */
const maxTail = 1_000_000;

/** Counts of the lines, characters and displays that are left out, and the last output, which is kept. */
export class Gap {
  readonly parent: Header;
  readonly reason: string;
  lines = 0;
  units = 0;
  displays = 0;
  readonly #tail: { readonly name: string; readonly text: string }[] = [];
  #tailLength = 0;

  constructor(parent: Header, reason: string) {
    this.parent = parent;
    this.reason = reason;
  }

  /** Adds to the counts. */
  leaveOut({ lines, units }: { readonly lines: number; readonly units: number }): void {
    this.lines += lines;
    this.units += units;
  }

  /** Adds text to the last output, the beginning of which is left out if it becomes too long. */
  append(name: string, text: string): void {
    for (let at = 0; at < text.length; ) {
      const piece = text.slice(at, at + cutAt(text.slice(at, at + maxPiece + 1), maxPiece));
      at += piece.length;
      this.#tail.push({ name, text: piece });
      this.#tailLength += piece.length;
      while (this.#tailLength > maxTail) this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const { text = "" } = this.#tail.shift() ?? {};
    this.#tailLength -= text.length;
    this.leaveOut({ lines: lineCount(text), units: text.length });
  }

  /** Leaves out the last output too. */
  dropTail(): void {
    while (this.#tail.length > 0) this.#dropFirst();
  }

  /** Returns a note about the gap, and the last output. */
  texts(): WaitingText[] {
    const displays = this.displays === 0 ? "" : ` and ${this.displays.toLocaleString("en")} displays`;
    const amount = `${this.lines.toLocaleString("en")} lines (${(this.units / 1e6).toFixed(1)} MB)${displays}`;
    const texts = [new WaitingText(this.parent, "stdout", `\n[${amount} were left out here: ${this.reason}]\n`)];
    for (const { name, text } of this.#tail) {
      const last = texts.at(-1);
      if (last?.name === name) last.append(text);
      else texts.push(new WaitingText(this.parent, name, text));
    }
    return texts;
  }
}
