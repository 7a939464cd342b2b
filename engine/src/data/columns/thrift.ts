/**
 * The compact protocol of Thrift, in which Parquet has its metadata (github.com/apache/thrift, thrift-compact-protocol.md). The numbers of fields are those of
 * parquet.thrift. Reading it believes the lengths of lists and texts, so
 * these are checked before.
 */

/** A structure: its fields by their numbers. Lists are arrays, and texts and bytes are left out. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
export type ThriftValue = number | boolean | ThriftStruct | readonly ThriftValue[];

const maxDepth = 32;

/** Reads structures from bytes, one after the other. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  /** Position of the next structure. */
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  #fail(why: string): never {
    throw new Error(`metadata at byte ${this.position}: ${why}`);
  }

  #byte(): number {
    if (this.position >= this.#bytes.length) this.#fail("they end within a structure");
    return this.#bytes[this.position++];
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.position)
      this.#fail(`a text claims ${length} bytes, but ${this.#bytes.length - this.position} are left`);
    this.position += length;
  }

  /** Reads an unsigned integer, of which each byte has seven bits. */
  #unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 63) this.#fail("an integer has more than 64 bits");
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Reads a signed integer, whose sign is the lowest bit. */
  #signed(): number {
    const value = this.#unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Reads a structure. @throws Error for one that is malformed or nested too deeply. */
  struct(depth = 0): ThriftStruct {
    if (depth > maxDepth) this.#fail(`structures are nested more than ${maxDepth} times`);
    const fields = new Map<number, ThriftValue>();
    for (let number = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return fields;
      number = head >> 4 === 0 ? this.#signed() : number + (head >> 4);
      fields.set(number, this.#value(head & 15, depth, false));
    }
  }

  #value(type: number, depth: number, isElement: boolean): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return isElement ? this.#byte() === 1 : type === 1;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#signed();
      case 7:
        this.#skip(8);
        return 0;
      case 8:
        this.#skip(this.#unsigned());
        return 0;
      case 9: {
        const head = this.#byte();
        const length = head >> 4 === 15 ? this.#unsigned() : head >> 4;
        // each element takes a byte at least
        if (length > this.#bytes.length - this.position)
          this.#fail(`a list claims ${length} elements, but ${this.#bytes.length - this.position} bytes are left`);
        return Array.from({ length }, () => this.#value(head & 15, depth, true));
      }
      case 12:
        return this.struct(depth + 1);
      default:
        return this.#fail(`there is no type ${type}`);
    }
  }
}

/** Returns a field that is a number. */
export function numberOf(struct: ThriftStruct, field: number): number | null {
  const value = struct.get(field);
  return typeof value === "number" ? value : null;
}

/** Returns a field that is a structure. */
export function structOf(struct: ThriftStruct, field: number): ThriftStruct | null {
  const value = struct.get(field);
  return value instanceof Map ? value : null;
}

/** Returns a field that is a list of structures. */
export function structsOf(struct: ThriftStruct, field: number): readonly ThriftStruct[] {
  const value = struct.get(field);
  return Array.isArray(value) ? value.filter((item): item is ThriftStruct => item instanceof Map) : [];
}
