/** `process.stdout` and `process.stderr` of the cells, and what else writes to their file descriptors. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { clearLine, clearScreenDown, cursorTo, moveCursor } from "node:readline";
import { Writable } from "node:stream";
import type { StreamName } from "../../shared/messages.ts";
import type { CellStreams } from "./streams.ts";

/** Size of the terminal that programs are told of. */
const [columns, rows] = [80, 24];

type Done = () => void;

/** A stream that is never closed, with the members of a terminal's: front ends know carriage returns and colours. */
class CellStream extends Writable {
  readonly fd: number;
  readonly isTTY = false;
  readonly columns: number = columns;
  readonly rows: number = rows;

  constructor(streams: CellStreams, name: StreamName) {
    super({
      decodeStrings: false,
      write: (chunk: string | Buffer, encoding, done): void => {
        if (typeof chunk !== "string") streams.writeBytes(name, chunk);
        else if (/^utf-?8$/i.test(encoding)) streams.write(name, chunk);
        else streams.writeBytes(name, Buffer.from(chunk, encoding));
        done();
      },
    });
    this.fd = name === "stdout" ? 1 : 2;
  }

  override end(...args: readonly unknown[]): this {
    const [chunk, encoding] = args;
    const done = args.find((a): a is Done => typeof a === "function");
    if (typeof chunk === "string")
      this.write(chunk, (typeof encoding === "string" ? encoding : "utf8") as BufferEncoding);
    else if (ArrayBuffer.isView(chunk)) this.write(chunk);
    if (done !== undefined) process.nextTick(done);
    return this;
  }

  override destroy(): this {
    return this;
  }

  getWindowSize(): [number, number] {
    return [columns, rows];
  }

  getColorDepth(): number {
    return 1;
  }

  hasColors(): boolean {
    return false;
  }

  cursorTo(x: number, y?: number | Done, done?: Done): boolean {
    if (x === 0 && typeof y !== "number") return this.write("\r", y ?? done);
    return cursorTo(this, x, y as number, done);
  }

  moveCursor(dx: number, dy: number, done?: Done): boolean {
    return moveCursor(this, dx, dy, done);
  }

  clearLine(direction: -1 | 0 | 1, done?: Done): boolean {
    return clearLine(this, direction, done);
  }

  clearScreenDown(done?: Done): boolean {
    return clearScreenDown(this, done);
  }
}

const streamOf = (file: unknown): StreamName | null => {
  if (file === 1 || file === "/dev/stdout") return "stdout";
  return file === 2 || file === "/dev/stderr" ? "stderr" : null;
};

/** The bytes that a function of `fs` is to write: text with an encoding, or a part of a buffer. */
function bytesOf(data: unknown, args: readonly unknown[]): Buffer {
  if (!ArrayBuffer.isView(data)) {
    const encoding = args.find((a): a is BufferEncoding => typeof a === "string" && Buffer.isEncoding(a));
    return Buffer.from(String(data), encoding ?? "utf8");
  }
  const [first, second] = args;
  const range = typeof first === "object" && first !== null ? (first as { offset?: number; length?: number }) : {};
  const offset = typeof first === "number" ? first : (range.offset ?? 0);
  const length = typeof second === "number" ? second : (range.length ?? data.byteLength - offset);
  return Buffer.from(data.buffer, data.byteOffset + offset, length);
}

/** Takes what `fs` would write to the descriptors 1 and 2. */
function captureDescriptors(streams: CellStreams): void {
  const { write, writeSync, writeFileSync, appendFileSync } = fs;
  const take = (file: unknown, data: unknown, args: readonly unknown[]): number | null => {
    const name = streamOf(file);
    const owner = name === null ? null : streams.owner();
    if (name === null || owner === null) return null;
    const bytes = bytesOf(data, args);
    streams.writeBytes(name, Buffer.from(bytes), owner);
    return bytes.length;
  };
  const asWritten = (file: unknown, data: unknown, args: readonly unknown[], otherwise: () => unknown): unknown =>
    take(file, data, args) === null ? otherwise() : undefined;
  Object.assign(fs, {
    writeSync: (...all: Parameters<typeof writeSync>) => take(all[0], all[1], all.slice(2)) ?? writeSync(...all),
    write: (...all: Parameters<typeof write>) => {
      const written = take(all[0], all[1], all.slice(2));
      if (written === null) return write(...all);
      const done = all.at(-1) as unknown;
      if (typeof done === "function") process.nextTick(done, null, written, all[1]);
    },
    writeFileSync: (...all: Parameters<typeof writeFileSync>) =>
      asWritten(all[0], all[1], all.slice(2), () => writeFileSync(...all)),
    appendFileSync: (...all: Parameters<typeof appendFileSync>) =>
      asWritten(all[0], all[1], all.slice(2), () => appendFileSync(...all)),
  });
  syncBuiltinESMExports();
}

/** Puts the cells' streams into the place of the process's. */
export function captureStdio(streams: CellStreams): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = new CellStream(streams, name);
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
  captureDescriptors(streams);
}
