/** The members of a value: the rows below it in a debugger's tree of variables. */
import { types } from "node:util";
import { host, nn, noGrad, Tensor } from "tapelab";
import { attempt } from "../values/attempt.ts";
import { inspectText } from "../values/inspect-text.ts";

/** A named value. */
export interface Member {
  readonly name: string;
  /** The value; an `Unread` where it is not read. */
  readonly value: unknown;
  /** Expression for the value; `null` if there is none. */
  readonly path: string | null;
}

/** The members of a value, and its elements if it is a list. */
export interface Members {
  readonly named: () => readonly Member[];
  readonly length: number;
  readonly at: (index: number) => Member;
}

/** Stands for a value that is not read: of a property with a getter, which may have side effects, or of a variable whose declaration was not reached. */
export class Unread {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Elements of a list between two indices, which are shown as one row. */
export class Range {
  readonly start: number;
  readonly end: number;
  readonly members: Members;
  constructor(members: Members, start: number, end: number) {
    this.members = members;
    this.start = start;
    this.end = end;
  }
}

/** A list of values with names, such as the variables of a scope. */
export class Bag {
  readonly members: readonly Member[];
  constructor(members: readonly Member[]) {
    this.members = members;
  }
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Returns the expression for a property of a value. */
function propertyPath(path: string | null, name: string): string | null {
  if (path === null) return null;
  return identifier.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

const elementPath = (path: string | null, index: number): string | null => (path === null ? null : `${path}[${index}]`);

const none = (): never => {
  throw new RangeError("the value has no elements");
};

/** Returns the value of a property, without calling a getter. */
const valueOf = ({ get, set, value }: PropertyDescriptor): unknown =>
  get !== undefined || set !== undefined ? new Unread("(getter)") : value;

/** Returns the own properties of an object; those whose names are indices if `withIndices`. */
function ownProperties(object: object, path: string | null, withIndices: boolean): Member[] {
  const members: Member[] = [];
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if (!withIndices && (/^\d+$/.test(name) || name === "length")) continue;
    members.push({ name, value: valueOf(property), path: propertyPath(path, name) });
  }
  return members;
}

function membersOfTensor(x: Tensor, path: string | null): Members {
  const named = (): Member[] => {
    const gradient = host.peekGrad(x);
    const { shape, dtype, requiresGrad, gradFn } = x;
    const own = { shape, dtype, requiresGrad, grad: gradient, gradFn: gradFn?.name ?? null };
    return Object.entries(own).map(([name, value]) => ({ name, value, path: propertyPath(path, name) }));
  };
  const [length = 0] = x.shape;
  const at = (index: number): Member => {
    const element = noGrad(() => x.detach().select(0, index));
    const value = element.shape.length === 0 ? element.item() : element;
    return { name: String(index), value, path: elementPath(path, index) };
  };
  return { named, length, at };
}

/** Returns the entries of a map or set. */
function membersOfEntries(entries: readonly (readonly [name: string, value: unknown])[], object: object): Members {
  return {
    named: () => ownProperties(object, null, true),
    length: entries.length,
    at: (index) => {
      const [name, value] = entries[index] ?? none();
      return { name, value, path: null };
    },
  };
}

const keyText = (key: unknown): string =>
  attempt(() => inspectText(key, { depth: 0, breakLength: Number.POSITIVE_INFINITY }), "?");

/** Returns the members of a value. */
export function membersOf(value: object, path: string | null): Members {
  if (value instanceof Bag) return { named: () => value.members, length: 0, at: none };
  if (value instanceof Range) {
    const { members, start, end } = value;
    return { named: () => [], length: end - start, at: (index) => members.at(start + index) };
  }
  // the traps of a proxy are code of the program
  if (types.isProxy(value)) return { named: () => [], length: 0, at: none };
  if (value instanceof Tensor) return membersOfTensor(value, path);
  if (value instanceof Map)
    return membersOfEntries(
      [...Map.prototype.entries.call(value)].map(([k, v]) => [keyText(k), v]),
      value,
    );
  if (value instanceof Set)
    return membersOfEntries(
      [...Set.prototype.values.call(value)].map((v, i) => [String(i), v]),
      value,
    );
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const list = value as ArrayLike<unknown>;
    return {
      named: () => (Array.isArray(value) ? ownProperties(value, path, false) : []),
      length: list.length,
      at: (index) => {
        const property = Object.getOwnPropertyDescriptor(list, index);
        return { name: String(index), value: property && valueOf(property), path: elementPath(path, index) };
      },
    };
  }
  const own = (): Member[] => ownProperties(value, path, true);
  if (value instanceof nn.Module)
    return { named: () => own().filter(({ value: v }) => !(v instanceof Unread)), length: 0, at: none };
  return { named: own, length: 0, at: none };
}
