/**
 * Search for an object's members of a kind: in its fields, and in the arrays, plain records, maps and sets that the fields hold, nested to any depth.
 * `#private` fields, and the fields of objects of other classes, are not searched.
 */

type Container = unknown[] | Map<unknown, unknown> | Set<unknown> | Record<string, unknown>;

/** Number of consecutive elements searched in vain after which a field counts as data; the rest of it is skipped. */
const maxFruitless = 1000;

/** Whether the search descends into a value: an array, a map, a set, or a record made by an object literal. */
function isContainer(value: unknown): value is Container {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Returns the number of elements of an array, map or set, 0 for a record, and `null` for a value that is no container. */
export function containerSize(value: unknown): number | null {
  if (!isContainer(value)) return null;
  if (Array.isArray(value)) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : 0;
}

/** A value found in an object, with the field or container element that holds it. */
export class Member<T> {
  /** Field, keys and indices, joined by dots: `layers.0`. */
  readonly name: string;
  readonly value: T;
  readonly #holder: Container;
  /** Field, key or index in the holder; for a set, the index in iteration order. */
  readonly #key: unknown;

  constructor(name: string, value: T, holder: Container, key: unknown) {
    this.name = name;
    this.value = value;
    this.#holder = holder;
    this.#key = key;
  }

  /** Whether the holder still holds the value. */
  get isCurrent(): boolean {
    const holder = this.#holder;
    if (holder instanceof Map) return holder.get(this.#key) === this.value;
    if (holder instanceof Set) return holder.has(this.value);
    return (holder as Record<string, unknown>)[this.#key as string] === this.value;
  }

  /** Assigns another value to the field or element. */
  assign(value: unknown): void {
    const holder = this.#holder;
    if (holder instanceof Map) holder.set(this.#key, value);
    else if (holder instanceof Set) {
      // a set is refilled, so that its order stays
      const values = [...holder];
      values[this.#key as number] = value;
      holder.clear();
      for (const v of values) holder.add(v);
    } else (holder as Record<string, unknown>)[this.#key as string] = value;
  }
}

/** One depth-first search of an object's fields. */
class MemberSearch<T> {
  readonly #isWanted: (value: unknown) => value is T;
  /** Records known to hold data. Listing the keys of a large record takes as long as a training step of a small model. */
  readonly #dataRecords: WeakSet<object>;
  readonly found: Member<T>[] = [];
  /** Containers on the path to the current one; a container that contains itself is searched once. */
  readonly #path: Container[] = [];
  #fruitless = 0;

  constructor(isWanted: (value: unknown) => value is T, dataRecords: WeakSet<object>) {
    this.#isWanted = isWanted;
    this.#dataRecords = dataRecords;
  }

  field(holder: Record<string, unknown>, name: string): void {
    this.#fruitless = 0;
    this.#visit("", name, holder[name], holder, name);
  }

  /** Visits one value. Prefix and label are concatenated only for a member that is found, as most elements are none. */
  #visit(prefix: string, label: string | number, value: unknown, holder: Container, key: unknown): void {
    if (this.#isWanted(value)) {
      this.found.push(new Member(`${prefix}${label}`, value, holder, key));
      this.#fruitless = 0;
      return;
    }
    this.#fruitless++;
    if (!isContainer(value) || this.#path.includes(value)) return;
    this.#path.push(value);
    const inside = `${prefix}${label}.`;
    if (Array.isArray(value)) this.#array(inside, value);
    else if (value instanceof Map || value instanceof Set) this.#collection(inside, value);
    else this.#record(inside, value);
    this.#path.pop();
  }

  #array(prefix: string, list: unknown[]): void {
    for (let i = 0; i < list.length && this.#fruitless < maxFruitless; i++) this.#visit(prefix, i, list[i], list, i);
  }

  #collection(prefix: string, values: Map<unknown, unknown> | Set<unknown>): void {
    let i = 0;
    for (const [key, value] of values.entries()) {
      if (this.#fruitless >= maxFruitless) return;
      const named = values instanceof Map && (typeof key === "string" || typeof key === "number");
      this.#visit(prefix, named ? key : i, value, values, values instanceof Map ? key : i);
      i++;
    }
  }

  #record(prefix: string, record: Record<string, unknown>): void {
    if (this.#dataRecords.has(record)) return;
    for (const key of Object.keys(record)) {
      if (this.#fruitless >= maxFruitless) {
        this.#dataRecords.add(record);
        return;
      }
      this.#visit(prefix, key, record[key], record, key);
    }
  }
}

/**
 * Returns the members of `root` that `isWanted` accepts, in order of fields and elements; a value held twice is returned twice. Records that turn out to
 * hold data are added to `dataRecords` and skipped by later searches.
 */
export function findMembers<T>(
  root: object,
  isWanted: (value: unknown) => value is T,
  dataRecords: WeakSet<object> = new WeakSet(),
): Member<T>[] {
  const search = new MemberSearch(isWanted, dataRecords);
  for (const name of Object.keys(root)) search.field(root as Record<string, unknown>, name);
  return search.found;
}
