/**
 * Checks of Arrow's metadata, which are FlatBuffers (flatbuffers.dev, Message.fbs, Schema.fbs and File.fbs of Apache Arrow). Reading a flat buffer follows
 * offsets in it and believes its lengths, so a table, a vector or a
 * text that lies outside, a circle of tables, or a length that the bytes cannot hold must be found before.
 */
const malformed = (what: string, why: string): Error => new Error(`${what}: ${why}`);

/** Number of tables that may still be visited. */
interface Budget {
  tables: number;
}

/** A table of a flat buffer, whose fields are found by their slots 4, 6, 8 and so on. */
export class FlatTable {
  readonly #view: DataView;
  readonly #what: string;
  readonly #at: number;
  readonly #slots: number;
  readonly #size: number;
  readonly #budget: Budget;

  /** @throws Error for a table that is not within the buffer. */
  constructor(view: DataView, reference: number, what: string, budget: Budget = { tables: view.byteLength }) {
    // tables that several others refer to would be visited once for each path to them
    if (budget.tables-- === 0) throw malformed(what, "it has more tables than bytes");
    this.#budget = budget;
    this.#view = view;
    this.#what = what;
    this.#at = reference + this.#read(4, reference, (at) => view.getInt32(at, true));
    this.#slots = this.#at - this.#read(4, this.#at, (at) => view.getInt32(at, true));
    this.#size = this.#read(2, this.#slots, (at) => view.getUint16(at, true));
    this.#read(this.#size, this.#slots, () => 0);
  }

  #read(length: number, at: number, read: (at: number) => number): number {
    if (at < 0 || at + length > this.#view.byteLength)
      throw malformed(this.#what, `it refers to bytes ${at} to ${at + length} of ${this.#view.byteLength}`);
    return read(at);
  }

  /** Returns the position of a field; `null` if the table does not have it. */
  position(slot: number): number | null {
    if (slot >= this.#size) return null;
    const offset = this.#read(2, this.#slots + slot, (at) => this.#view.getUint16(at, true));
    return offset === 0 ? null : this.#at + offset;
  }

  /** Returns an integer of 1, 2 or 4 bytes. */
  integer(slot: number, bytes: 1 | 2 | 4, fallback: number): number {
    const at = this.position(slot);
    if (at === null) return fallback;
    const read = {
      1: () => this.#view.getUint8(at),
      2: () => this.#view.getInt16(at, true),
      4: () => this.#view.getInt32(at, true),
    };
    return this.#read(bytes, at, read[bytes]);
  }

  /** Returns an integer of 8 bytes. */
  long(slot: number, fallback: number): number {
    const at = this.position(slot);
    return at === null ? fallback : this.longAt(at);
  }

  /** Returns an integer of 8 bytes at a position. @throws Error for one that is negative or beyond 2^53. */
  longAt(at: number): number {
    const value = this.#read(8, at, () => Number(this.#view.getBigInt64(at, true)));
    if (value < 0 || !Number.isSafeInteger(value))
      throw malformed(this.#what, `the number ${value} at byte ${at} is out of range`);
    return value;
  }

  /** Returns the table of a field. */
  table(slot: number, what: string): FlatTable | null {
    const at = this.position(slot);
    return at === null ? null : new FlatTable(this.#view, at, what, this.#budget);
  }

  /** Returns the positions of the elements of a vector, of which each takes `stride` bytes. */
  vector(slot: number, stride: number): number[] {
    const field = this.position(slot);
    if (field === null) return [];
    const start = field + this.#read(4, field, () => this.#view.getInt32(field, true));
    const length = this.#read(4, start, () => this.#view.getInt32(start, true));
    if (length < 0) throw malformed(this.#what, `a list claims ${length} elements`);
    this.#read(length * stride, start + 4, () => 0);
    return Array.from({ length }, (_, i) => start + 4 + i * stride);
  }

  /** Returns the tables of a vector. */
  tables(slot: number, what: string): FlatTable[] {
    return this.vector(slot, 4).map((at) => new FlatTable(this.#view, at, what, this.#budget));
  }

  /** Returns the text of a field; "" if the table does not have it. */
  text(slot: number): string {
    const field = this.position(slot);
    if (field === null) return "";
    const start = field + this.#read(4, field, () => this.#view.getInt32(field, true));
    const length = this.#read(4, start, () => this.#view.getInt32(start, true));
    if (length < 0) throw malformed(this.#what, `a text claims ${length} bytes`);
    this.#read(length, start + 4, () => 0);
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length));
  }
}
