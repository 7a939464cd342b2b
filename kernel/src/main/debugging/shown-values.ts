/** Values as a debugger shows them: a text, a type, and a number by which the front end asks for the members. */
import { types } from "node:util";
import { Tensor } from "tapelab";
import type { ShownVariable } from "../../shared/debugging.ts";
import { attempt } from "../values/attempt.ts";
import { oneLine } from "../values/summary.ts";
import { Bag, type Member, type Members, membersOf, Range, Unread } from "./members.ts";

/** Number of elements from which on those of a list are shown in ranges. */
const maxElements = 100;

/** Number of members that are shown at most. */
const maxMembers = 1000;

/** Returns the name of a value's class, with what tells its size. */
function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (value instanceof Unread || value instanceof Range || value instanceof Bag) return "";
  if (types.isProxy(value)) return "Proxy";
  const name = attempt(() => value.constructor?.name, undefined) || "Object";
  if (value instanceof Tensor) return `${name} ${value.dtype} [${value.shape.join(", ")}]`;
  if (Array.isArray(value)) return `${name}(${value.length})`;
  if (value instanceof Map || value instanceof Set) return `${name}(${value.size})`;
  if (ArrayBuffer.isView(value) && "length" in value) return `${name}(${Number(value.length)})`;
  return name;
}

function textOf(value: unknown): string {
  if (value instanceof Range || value instanceof Bag) return "";
  if (value instanceof Unread) return value.reason;
  return attempt(() => oneLine(value), "(cannot be shown)");
}

const hasMembers = (value: unknown): value is object =>
  ((typeof value === "object" && value !== null) || typeof value === "function") && !(value instanceof Unread);

/** The values that the front end may ask for, by number. */
export class ShownValues {
  readonly #values = new Map<number, { readonly value: object; readonly path: string | null }>();
  /** Members that are no variables, by name; of those with the same name, the one that was shown last. */
  readonly #members = new Map<string, unknown>();
  #next: number;

  /** @param first The first number. */
  constructor(first: number) {
    this.#next = first;
  }

  /** Returns a number for a value; 0 for one without members. */
  add(value: unknown, path: string | null): number {
    if (!hasMembers(value)) return 0;
    this.#values.set(this.#next, { value, path });
    return this.#next++;
  }

  /** Forgets all values; their numbers are not used again. */
  clear(): void {
    this.#values.clear();
    this.#members.clear();
  }

  /** Describes a value. */
  show({ name, value, path }: Member): ShownVariable {
    const shown = { name, value: textOf(value), type: typeOf(value), ...pathOf(path) };
    if (!hasMembers(value)) return { ...shown, variablesReference: 0 };
    const members = attempt((): Members | null => membersOf(value, path), null);
    if (members === null) return { ...shown, variablesReference: 0 };
    const { length } = members;
    const sizes = length > 0 ? { indexedVariables: length } : {};
    const isEmpty = length === 0 && attempt(() => members.named().length, 0) === 0;
    return { ...shown, ...sizes, variablesReference: isEmpty ? 0 : this.add(value, path) };
  }

  /** Returns the members of the value with a number; those that a client asks for by `filter`, `start` and `count`, or else all, long lists in ranges. */
  members(
    reference: number,
    {
      filter,
      start = 0,
      count,
    }: { readonly filter?: "indexed" | "named"; readonly start?: number; readonly count?: number },
  ): ShownVariable[] | null {
    const known = this.#values.get(reference);
    if (known === undefined) return null;
    const members = membersOf(known.value, known.path);
    const named = filter === "indexed" ? [] : members.named().slice(0, maxMembers);
    const isPaged = filter === "indexed" || (filter === undefined && count !== undefined && count > 0);
    const elements =
      filter === "named" ? [] : isPaged ? pageOf(members, start, count || members.length) : elementsOf(members);
    const all = [...named, ...elements];
    if (!(known.value instanceof Bag)) for (const { name, value } of all) this.#members.set(name, value);
    return all.map((member) => this.show(member));
  }

  /** Returns the member with a name that was shown last, in an object; `null` if none was. */
  shown(name: string): { readonly value: unknown } | null {
    return this.#members.has(name) ? { value: this.#members.get(name) } : null;
  }
}

const pathOf = (path: string | null): { readonly evaluateName?: string } =>
  path === null ? {} : { evaluateName: path };

function pageOf(members: Members, start: number, count: number): Member[] {
  const end = Math.min(start + Math.min(count, maxMembers), members.length);
  return Array.from({ length: Math.max(end - start, 0) }, (_, i) => members.at(start + i));
}

/** Returns the elements of a list, or ranges of them, of which each has at most 100 rows again. */
function elementsOf(members: Members): Member[] {
  const { length } = members;
  if (length <= maxElements) return pageOf(members, 0, length);
  let size = maxElements;
  while (length > size * maxElements) size *= maxElements;
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => {
    const [start, end] = [i * size, Math.min((i + 1) * size, length)];
    return { name: `[${start} … ${end - 1}]`, value: new Range(members, start, end), path: null };
  });
}
