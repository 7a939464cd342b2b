/**
 * Reads pickles of tensors, containers, numbers and texts, and refuses all others. A pickle is a program for a machine with a stack, which can call any function of
 * Python; here a name stands for one of the few functions of a table, and nothing else is called.
 */
import { ArgumentError } from "../tensor/errors.ts";
import { malformedPickle as malformed, PickleReader } from "./pickle-reader.ts";

/** A list, tuple or dictionary that is being built. It becomes a value when all of the pickle is read, as it may be filled after it was put elsewhere. */
export type Box =
  | { readonly kind: "list" | "tuple" | "set"; readonly items: unknown[] }
  | { readonly kind: "dict"; readonly entries: [unknown, unknown][] };

/** A name of Python, such as `torch.FloatStorage`. */
export interface GlobalName {
  readonly kind: "global";
  readonly name: string;
}

/** The meaning of the names of a pickle. */
export interface Globals {
  /** Returns whether a name may occur. */
  has(name: string): boolean;
  /** Returns the value of a call. */
  call(name: string, args: readonly unknown[]): unknown;
  /** Returns the value of a persistent id. */
  persistent(id: unknown): unknown;
}

/** Marks a position on the stack. */
const mark: unique symbol = Symbol("mark");

export const isBox = (v: unknown): v is Box =>
  typeof v === "object" && v !== null && "kind" in v && /^(list|tuple|set|dict)$/.test((v as { kind: string }).kind);

export const isGlobal = (v: unknown): v is GlobalName =>
  typeof v === "object" && v !== null && "kind" in v && (v as { kind: string }).kind === "global";

/** Returns the items of a tuple; throws for other values. */
export function tupleItems(v: unknown, what: string): readonly unknown[] {
  if (!isBox(v) || v.kind !== "tuple") throw malformed(`${what} is no tuple`);
  return v.items;
}

/** The machine that runs a pickle. */
class Machine {
  readonly #reader: PickleReader;
  readonly #globals: Globals;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(bytes: Uint8Array, globals: Globals) {
    this.#reader = new PickleReader(bytes);
    this.#globals = globals;
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw malformed("the stack is empty");
    return this.#stack.pop();
  }

  get #top(): unknown {
    return this.#stack.at(-1);
  }

  /** Takes what lies above the last mark. */
  #popToMark(): unknown[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw malformed("there is no mark on the stack");
    const items = this.#stack.splice(at);
    return items.slice(1);
  }

  #recall(key: number): void {
    if (!this.#memo.has(key)) throw malformed("it refers to a value that it has not stored");
    this.#stack.push(this.#memo.get(key));
  }

  #pushGlobal(name: string): void {
    if (!this.#globals.has(name))
      throw new ArgumentError(
        "decodePt",
        `the file needs ${name}, and only tensors, containers, numbers and texts are read; save a state dictionary`,
      );
    this.#stack.push({ kind: "global", name } satisfies GlobalName);
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top;
    if (!isBox(list) || list.kind === "dict" || list.kind === "tuple") throw malformed("it appends to what is no list");
    for (const item of items) list.items.push(item);
  }

  #set(items: readonly unknown[]): void {
    const dict = this.#top;
    if (!isBox(dict) || dict.kind !== "dict") throw malformed("it sets items of what is no dictionary");
    for (let i = 0; i + 1 < items.length; i += 2) dict.entries.push([items[i], items[i + 1]]);
  }

  #tuple = (items: unknown[]): void => void this.#stack.push({ kind: "tuple", items } satisfies Box);

  #call(): void {
    const args = tupleItems(this.#pop(), "a list of arguments");
    const called = this.#pop();
    if (!isGlobal(called)) throw malformed("it calls what is no function");
    this.#stack.push(this.#globals.call(called.name, args));
  }

  /** Runs to the end, and returns the value. */
  run(): unknown {
    const reader = this.#reader;
    const push = (v: unknown): void => void this.#stack.push(v);
    for (;;) {
      const code = String.fromCharCode(reader.byte());
      switch (code) {
        case ".":
          return this.#pop();
        case "\x80": // PROTO
          reader.byte();
          break;
        case "\x95": // FRAME
          reader.uint64();
          break;
        case "(":
          push(mark);
          break;
        case "0":
          this.#pop();
          break;
        case "1":
          this.#popToMark();
          break;
        case "N":
          push(null);
          break;
        case "\x88":
          push(true);
          break;
        case "\x89":
          push(false);
          break;
        case "J":
          push(reader.int32());
          break;
        case "K":
          push(reader.byte());
          break;
        case "M":
          push(reader.uint16());
          break;
        case "\x8a": // LONG1
          push(reader.integer(reader.byte()));
          break;
        case "G":
          push(reader.float64());
          break;
        case "X": // BINUNICODE
          push(reader.text(reader.uint32()));
          break;
        case "\x8c": // SHORT_BINUNICODE
          push(reader.text(reader.byte()));
          break;
        case "\x8d": // BINUNICODE8
          push(reader.text(reader.uint64()));
          break;
        case "]":
          push({ kind: "list", items: [] } satisfies Box);
          break;
        case "}":
          push({ kind: "dict", entries: [] } satisfies Box);
          break;
        case "\x8f": // EMPTY_SET
          push({ kind: "set", items: [] } satisfies Box);
          break;
        case ")":
          this.#tuple([]);
          break;
        case "t":
          this.#tuple(this.#popToMark());
          break;
        case "\x85":
        case "\x86":
        case "\x87": {
          const items = Array.from({ length: code.charCodeAt(0) - 0x84 }, () => this.#pop());
          this.#tuple(items.toReversed());
          break;
        }
        case "l":
          push({ kind: "list", items: this.#popToMark() } satisfies Box);
          break;
        case "a": {
          const item = this.#pop();
          this.#append([item]);
          break;
        }
        case "e":
        case "\x90": // ADDITEMS
          this.#append(this.#popToMark());
          break;
        case "s": {
          const value = this.#pop();
          this.#set([this.#pop(), value]);
          break;
        }
        case "u":
          this.#set(this.#popToMark());
          break;
        case "b":
          // the attributes of an object, such as the versions of a state dictionary
          this.#pop();
          break;
        case "c":
          this.#pushGlobal(`${reader.line()}.${reader.line()}`);
          break;
        case "\x93": {
          const name = this.#pop();
          this.#pushGlobal(`${String(this.#pop())}.${String(name)}`);
          break;
        }
        case "R":
        case "\x81": // NEWOBJ
          this.#call();
          break;
        case "Q":
          push(this.#globals.persistent(this.#pop()));
          break;
        case "q":
          this.#memo.set(reader.byte(), this.#top);
          break;
        case "r":
          this.#memo.set(reader.uint32(), this.#top);
          break;
        case "\x94":
          this.#memo.set(this.#memo.size, this.#top);
          break;
        case "h":
          this.#recall(reader.byte());
          break;
        case "j":
          this.#recall(reader.uint32());
          break;
        default:
          throw malformed(`it has the opcode 0x${code.charCodeAt(0).toString(16)}, which these files do not need`);
      }
    }
  }
}

/**
 * Returns the value of a pickle, with {@link Box}es for containers. Names and persistent ids are what `globals` says.
 * @throws ArgumentError for a malformed pickle, and for names that `globals` does not have.
 */
export const unpickle = (bytes: Uint8Array, globals: Globals): unknown => new Machine(bytes, globals).run();
