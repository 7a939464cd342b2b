/** Frames over two pipes, read and written by blocking calls: a JSON text and bytes. */
import fs from "node:fs";

/** A message: its text, and the elements of arrays that it refers to. */
export interface Frame {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** The most bytes of a frame; a longer one ends the connection. */
const maxFrame = 256 * 2 ** 20;

const headLength = 8;

/** The other process has ended, or does not keep to the protocol. */
export class Disconnected extends Error {
  override readonly name: string = "Disconnected";
}

const { readSync, writeSync } = fs;
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const decode = decoder.decode.bind(decoder);
const encode = encoder.encode.bind(encoder);
const Bytes = Uint8Array;
const View = DataView;

/** A connection by two file descriptors of pipes. */
export class Channel {
  readonly #input: number;
  readonly #output: number;

  constructor(input: number, output: number) {
    this.#input = input;
    this.#output = output;
  }

  #read(length: number): Uint8Array {
    const bytes = new Bytes(length);
    for (let at = 0; at < length; ) {
      let n: number;
      try {
        n = readSync(this.#input, bytes, at, length - at, null);
      } catch (error) {
        throw new Disconnected(error instanceof Error ? error.message : "");
      }
      if (n === 0) throw new Disconnected("the other process has ended");
      at += n;
    }
    return bytes;
  }

  /** Waits for the next frame. @throws Disconnected */
  read(): Frame {
    const head = this.#read(headLength);
    const view = new View(head.buffer);
    const [text, bytes] = [view.getUint32(0), view.getUint32(4)];
    if (text + bytes > maxFrame) throw new Disconnected(`a message of ${text + bytes} bytes is too large`);
    return { text: decode(this.#read(text)), bytes: this.#read(bytes) };
  }

  /** Writes a frame. @throws Disconnected */
  write({ text, bytes }: Frame): void {
    const encoded = encode(text);
    const all = new Bytes(headLength + encoded.length + bytes.length);
    const view = new View(all.buffer);
    view.setUint32(0, encoded.length);
    view.setUint32(4, bytes.length);
    all.set(encoded, headLength);
    all.set(bytes, headLength + encoded.length);
    for (let at = 0; at < all.length; )
      try {
        at += writeSync(this.#output, all, at, all.length - at);
      } catch (error) {
        throw new Disconnected(error instanceof Error ? error.message : "");
      }
  }
}
