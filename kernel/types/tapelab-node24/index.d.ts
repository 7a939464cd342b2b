/** What Node 24 has and the library of TypeScript 5.0 does not know yet. */

interface Array<T> {
  toReversed(): T[];
  toSorted(compare?: (a: T, b: T) => number): T[];
  toSpliced(start: number, deleteCount?: number, ...items: T[]): T[];
  with(index: number, value: T): T[];
  findLast<S extends T>(predicate: (value: T, index: number, array: T[]) => value is S): S | undefined;
  findLast(predicate: (value: T, index: number, array: T[]) => unknown): T | undefined;
  findLastIndex(predicate: (value: T, index: number, array: T[]) => unknown): number;
}

interface ReadonlyArray<T> {
  toReversed(): T[];
  toSorted(compare?: (a: T, b: T) => number): T[];
  toSpliced(start: number, deleteCount?: number, ...items: T[]): T[];
  with(index: number, value: T): T[];
  findLast<S extends T>(predicate: (value: T, index: number, array: readonly T[]) => value is S): S | undefined;
  findLast(predicate: (value: T, index: number, array: readonly T[]) => unknown): T | undefined;
  findLastIndex(predicate: (value: T, index: number, array: readonly T[]) => unknown): number;
}

interface ArrayConstructor {
  fromAsync<T>(items: AsyncIterable<T> | Iterable<T | Promise<T>> | ArrayLike<T | Promise<T>>): Promise<T[]>;
  fromAsync<T, U>(
    items: AsyncIterable<T> | Iterable<T | Promise<T>> | ArrayLike<T | Promise<T>>,
    map: (value: T, index: number) => U | Promise<U>,
  ): Promise<U[]>;
}

interface Float32Array {
  toReversed(): Float32Array;
  toSorted(compare?: (a: number, b: number) => number): Float32Array;
  with(index: number, value: number): Float32Array;
  findLast(predicate: (value: number, index: number, array: Float32Array) => unknown): number | undefined;
}

interface Float64Array {
  toReversed(): Float64Array;
  toSorted(compare?: (a: number, b: number) => number): Float64Array;
  with(index: number, value: number): Float64Array;
  findLast(predicate: (value: number, index: number, array: Float64Array) => unknown): number | undefined;
}

interface Int32Array {
  toReversed(): Int32Array;
  toSorted(compare?: (a: number, b: number) => number): Int32Array;
  with(index: number, value: number): Int32Array;
  findLast(predicate: (value: number, index: number, array: Int32Array) => unknown): number | undefined;
}

interface ObjectConstructor {
  groupBy<K extends PropertyKey, T>(items: Iterable<T>, key: (item: T, index: number) => K): Partial<Record<K, T[]>>;
}

interface MapConstructor {
  groupBy<K, T>(items: Iterable<T>, key: (item: T, index: number) => K): Map<K, T[]>;
}

interface Set<T> {
  union<U>(other: ReadonlySet<U>): Set<T | U>;
  intersection<U>(other: ReadonlySet<U>): Set<T & U>;
  difference<U>(other: ReadonlySet<U>): Set<T>;
  symmetricDifference<U>(other: ReadonlySet<U>): Set<T | U>;
  isSubsetOf(other: ReadonlySet<unknown>): boolean;
  isSupersetOf(other: ReadonlySet<unknown>): boolean;
  isDisjointFrom(other: ReadonlySet<unknown>): boolean;
}

interface PromiseConstructor {
  withResolvers<T>(): {
    promise: Promise<T>;
    resolve: (value: T | PromiseLike<T>) => void;
    reject: (reason?: unknown) => void;
  };
  try<T>(body: () => T | PromiseLike<T>): Promise<T>;
}

interface String {
  isWellFormed(): boolean;
  toWellFormed(): string;
}

interface ArrayBuffer {
  readonly detached: boolean;
  transfer(newByteLength?: number): ArrayBuffer;
}

interface IteratorObjectMethods<T> {
  map<U>(f: (value: T, index: number) => U): IterableIterator<U> & IteratorObjectMethods<U>;
  filter(f: (value: T, index: number) => unknown): IterableIterator<T> & IteratorObjectMethods<T>;
  take(n: number): IterableIterator<T> & IteratorObjectMethods<T>;
  drop(n: number): IterableIterator<T> & IteratorObjectMethods<T>;
  flatMap<U>(f: (value: T, index: number) => Iterable<U>): IterableIterator<U> & IteratorObjectMethods<U>;
  reduce<U>(f: (sum: U, value: T, index: number) => U, initial: U): U;
  toArray(): T[];
  forEach(f: (value: T, index: number) => unknown): void;
  some(f: (value: T, index: number) => unknown): boolean;
  every(f: (value: T, index: number) => unknown): boolean;
  find(f: (value: T, index: number) => unknown): T | undefined;
}

interface IterableIterator<T> extends IteratorObjectMethods<T> {}

interface ImportMeta {
  /** The notebook's folder. */
  readonly dirname: string;
  readonly filename: string;
  readonly url: string;
}
