/** Files that a child writes while it blocks the main thread: what is added to them is output. */
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";

const everyMs = 50;

interface Tail {
  readonly file: number;
  readonly decoder: StringDecoder;
  readonly write: (text: string) => void;
  readonly timer: NodeJS.Timeout;
}

export class Tails {
  readonly #tails = new Map<string, Tail>();
  readonly #buffer: Buffer = Buffer.alloc(65_536);

  /** Passes on what is written to the file, until its end. */
  begin(path: string, write: (text: string) => void): void {
    const timer = setInterval(() => this.#read(path), everyMs);
    this.#tails.set(path, { file: openSync(path, "r"), decoder: new StringDecoder(), write, timer });
  }

  #read(path: string): void {
    const tail = this.#tails.get(path);
    if (tail === undefined) return;
    for (let n = 1; n > 0; ) {
      n = readSync(tail.file, this.#buffer);
      tail.write(tail.decoder.write(this.#buffer.subarray(0, n)));
    }
  }

  /** Passes on the rest, and removes the file and its folder. */
  end(path: string): void {
    const tail = this.#tails.get(path);
    if (tail === undefined) return;
    this.#read(path);
    tail.write(tail.decoder.end());
    this.#tails.delete(path);
    clearInterval(tail.timer);
    closeSync(tail.file);
    rmSync(dirname(path), { recursive: true, force: true });
  }
}
