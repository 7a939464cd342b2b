/** Files to which a child process writes its output while it blocks the main thread. */
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";

const intervalMs = 50;

interface Tail {
  readonly file: number;
  readonly decoder: StringDecoder;
  readonly write: (text: string) => void;
  readonly timer: NodeJS.Timeout;
}

/** The files that are being followed. */
export class Tails {
  readonly #tails = new Map<string, Tail>();
  readonly #buffer: Buffer = Buffer.alloc(65_536);

  /** Follows a file, and passes what is appended to it to `write`. */
  begin(path: string, write: (text: string) => void): void {
    const timer = setInterval(() => this.#read(path), intervalMs);
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

  /** Passes on the remaining text of a file, and removes the file with its folder. */
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
