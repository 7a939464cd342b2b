/**
 * The values that a test reads of a submission: each once until the submission is called again, as a getter or a conversion could give each comparison the value that it
 * wants.
 */

/** Asks for a property of an object of the submission, and calls one of its methods. */
export interface Reader {
  readonly get: (key: PropertyKey) => unknown;
  readonly call: (method: object, args: readonly unknown[]) => unknown;
}

type Hint = "number" | "string" | "default";

const isPrimitive = (x: unknown): boolean => x === null || (typeof x !== "object" && typeof x !== "function");

/** Returns an object as a primitive value, as JavaScript's OrdinaryToPrimitive and `Symbol.toPrimitive` define it. */
function primitiveOf({ get, call }: Reader, hint: Hint): unknown {
  const own = get(Symbol.toPrimitive);
  if (typeof own === "function") {
    const made = call(own, [hint]);
    if (isPrimitive(made)) return made;
    throw new TypeError("cannot convert an object of the answer to a primitive value");
  }
  for (const name of hint === "string" ? ["toString", "valueOf"] : ["valueOf", "toString"]) {
    const method = get(name);
    const made = typeof method === "function" ? call(method, []) : undefined;
    if (typeof method === "function" && isPrimitive(made)) return made;
  }
  throw new TypeError("cannot convert an object of the answer to a primitive value");
}

/** Values that were read since the last call. */
export class Reads {
  readonly #known = new Map<string, unknown>();

  /** Returns what `read` gave for this key since the last call. */
  once<T>(key: string, read: () => T): T {
    if (!this.#known.has(key)) this.#known.set(key, read());
    return this.#known.get(key) as T;
  }

  /** Returns the conversion of an object to a primitive value. */
  conversion(h: number, reader: Reader): (hint: Hint) => unknown {
    return (hint) => this.once(`${h} as ${hint}`, () => primitiveOf(reader, hint));
  }

  /** Begins anew, as the submission is called. */
  forget(): void {
    this.#known.clear();
  }
}
