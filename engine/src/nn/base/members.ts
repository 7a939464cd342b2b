/**
 * Where an object keeps values of a kind: in its fields, and in the arrays, plain records, maps and sets that the fields hold, nested to any depth.
 * `#private` fields, and the fields of objects of other classes, are not searched.
 */

type Container = unknown[] | Map<unknown, unknown> | Set<unknown> | Record<string, unknown>;

/** Elements of a field that are searched in a row without finding anything; a field with more holds data, and the rest of it is left out. */
const maxFruitless = 1000;

/** Whether the search looks inside of a value: an array, a map, a set, or a record that an object literal made. */
function isContainer(value: unknown): value is Container {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Returns the number of elements of a container, 0 for a record, and `null` for what is no container. */
export function containerSize(value: unknown): number | null {
  if (!isContainer(value)) return null;
  if (Array.isArray(value)) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : 0;
}

/** A value that was found, and the field or element that holds it. */
export class Place<T> {
  /** Field, keys and indices, joined by dots: `layers.0`. */
  readonly name: string;
  readonly value: T;
  readonly #holder: Container;
  /** Field, key or index; the index in the order of iteration for a set. */
  readonly #key: unknown;

  constructor(name: string, value: T, holder: Container, key: unknown) {
    this.name = name;
    this.value = value;
    this.#holder = holder;
    this.#key = key;
  }

  /** Whether the value is still there. */
  get isCurrent(): boolean {
    const holder = this.#holder;
    if (holder instanceof Map) return holder.get(this.#key) === this.value;
    if (holder instanceof Set) return holder.has(this.value);
    return (holder as Record<string, unknown>)[this.#key as string] === this.value;
  }

  /** Puts another value there. */
  put(value: unknown): void {
    const holder = this.#holder;
    if (holder instanceof Map) holder.set(this.#key, value);
    else if (holder instanceof Set) {
      const values = [...holder];
      values[this.#key as number] = value;
      holder.clear();
      for (const v of values) holder.add(v);
    } else (holder as Record<string, unknown>)[this.#key as string] = value;
  }
}

class Search<T> {
  readonly #isWanted: (value: unknown) => value is T;
  /** Records that were found to hold data. Listing the keys of a large record takes as long as a step of a small model. */
  readonly #dataRecords: WeakSet<object>;
  readonly found: Place<T>[] = [];
  /** Containers around the present one: one that holds itself is searched once. */
  readonly #around: Container[] = [];
  #fruitless = 0;

  constructor(isWanted: (value: unknown) => value is T, dataRecords: WeakSet<object>) {
    this.#isWanted = isWanted;
    this.#dataRecords = dataRecords;
  }

  field(holder: Record<string, unknown>, name: string): void {
    this.#fruitless = 0;
    this.#visit("", name, holder[name], holder, name);
  }

  /** The name is put together only where it is needed: most elements are no parts of a model. */
  #visit(prefix: string, label: string | number, value: unknown, holder: Container, key: unknown): void {
    if (this.#isWanted(value)) {
      this.found.push(new Place(`${prefix}${label}`, value, holder, key));
      this.#fruitless = 0;
      return;
    }
    this.#fruitless++;
    if (!isContainer(value) || this.#around.includes(value)) return;
    this.#around.push(value);
    const inside = `${prefix}${label}.`;
    if (Array.isArray(value)) this.#array(inside, value);
    else if (value instanceof Map || value instanceof Set) this.#collection(inside, value);
    else this.#record(inside, value);
    this.#around.pop();
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

/** Returns the places of all wanted values in the fields of `root`, in order; a value that is kept twice has two. */
export function placesOf<T>(
  root: object,
  isWanted: (value: unknown) => value is T,
  dataRecords: WeakSet<object> = new WeakSet(),
): Place<T>[] {
  const search = new Search(isWanted, dataRecords);
  for (const name of Object.keys(root)) search.field(root as Record<string, unknown>, name);
  return search.found;
}
