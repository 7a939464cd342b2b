/** Reads the numbers and texts of pickles. */
import { ArgumentError } from "../tensor/errors.ts";

/** Returns the error of a malformed pickle. */
export const malformedPickle = (why: string): ArgumentError =>
  new ArgumentError("decodePt", `the pickle is malformed: ${why}`);

/** The bytes of a pickle, read from front to back. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Passes over `n` bytes, and returns where they begin. */
  #take(n: number): number {
    if (n > this.#bytes.length - this.#at) throw malformedPickle("it ends too early");
    const at = this.#at;
    this.#at += n;
    return at;
  }

  byte = (): number => this.#bytes[this.#take(1)];
  uint16 = (): number => this.#view.getUint16(this.#take(2), true);
  int32 = (): number => this.#view.getInt32(this.#take(4), true);
  uint32 = (): number => this.#view.getUint32(this.#take(4), true);
  float64 = (): number => this.#view.getFloat64(this.#take(8), false);

  uint64(): number {
    const n = this.#view.getBigUint64(this.#take(8), true);
    if (n > Number.MAX_SAFE_INTEGER) throw malformedPickle("a length is too large");
    return Number(n);
  }

  text(length: number): string {
    const at = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw malformedPickle("a line has no end");
    const text = this.text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  /** Reads an integer in two's complement: a number where it is exact, else a BigInt. */
  integer(length: number): number | bigint {
    const at = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[at + i]);
    if (length > 0 && this.#bytes[at + length - 1] >= 0x80) value -= 1n << BigInt(8 * length);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}
