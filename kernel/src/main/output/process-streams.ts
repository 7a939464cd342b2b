/** Replaces `process.stdout` and `process.stderr`, and the functions of `fs` that write to the descriptors 1 and 2. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { clearLine, clearScreenDown, cursorTo, moveCursor } from "node:readline";
import { Writable } from "node:stream";
import type { StreamName } from "../../shared/jupyter.ts";
import type { OutputStreams } from "./streams.ts";

/** Size of the terminal that is reported to programs. */
const [columns, rows] = [80, 24];

type Done = () => void;

/** A stream that cannot be closed. It has the methods of a terminal, because front ends interpret carriage returns and colours. */
class TerminalStream extends Writable {
  readonly fd: number;
  readonly isTTY = false;
  readonly columns: number = columns;
  readonly rows: number = rows;

  constructor(streams: OutputStreams, name: StreamName) {
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

/** Returns the bytes that a function of `fs` would write: text in an encoding, or a part of a buffer. */
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

/** Redirects writes of `fs` to the descriptors 1 and 2. */
function captureDescriptors(streams: OutputStreams): void {
  const { write, writeSync, writeFileSync, appendFileSync } = fs;
  const redirect = (file: unknown, data: unknown, args: readonly unknown[]): number | null => {
    const name = streamOf(file);
    const execution = name === null ? null : streams.execution();
    if (name === null || execution === null) return null;
    const bytes = bytesOf(data, args);
    streams.writeBytes(name, Buffer.from(bytes), execution);
    return bytes.length;
  };
  const redirectOr = (file: unknown, data: unknown, args: readonly unknown[], otherwise: () => unknown): unknown =>
    redirect(file, data, args) === null ? otherwise() : undefined;
  Object.assign(fs, {
    writeSync: (...all: Parameters<typeof writeSync>) => redirect(all[0], all[1], all.slice(2)) ?? writeSync(...all),
    write: (...all: Parameters<typeof write>) => {
      const written = redirect(all[0], all[1], all.slice(2));
      if (written === null) return write(...all);
      const done = all.at(-1) as unknown;
      if (typeof done === "function") process.nextTick(done, null, written, all[1]);
    },
    writeFileSync: (...all: Parameters<typeof writeFileSync>) =>
      redirectOr(all[0], all[1], all.slice(2), () => writeFileSync(...all)),
    appendFileSync: (...all: Parameters<typeof appendFileSync>) =>
      redirectOr(all[0], all[1], all.slice(2), () => appendFileSync(...all)),
  });
  syncBuiltinESMExports();
}

/** Makes everything that cells write to stdout and stderr an output of their execution. */
export function redirectProcessStreams(streams: OutputStreams): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = new TerminalStream(streams, name);
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
  captureDescriptors(streams);
}
