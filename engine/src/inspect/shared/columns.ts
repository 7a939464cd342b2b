/** Tables of JSON columns, to which rows refer by index. */

/** A table without duplicates: each distinct key has one item, in the order of first use. */
export class Table<T> {
  readonly items: T[] = [];
  readonly #indices = new Map<unknown, number>();

  /** Returns the index of the key's item, which `make` creates on first use. */
  indexOf(key: unknown, make: () => T): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.items.length);
    this.items.push(make());
    return this.items.length - 1;
  }

  /** Returns one column of the table. */
  column<V>(pick: (item: T) => V): V[] {
    return this.items.map(pick);
  }
}
