/** Run-time functions that compiled cells and files call around each await (`language/emit/awaits.ts`), so that an interrupt can end them. */
import { type AsyncCall, CancelScope, KeyboardInterrupt, type Phase, running } from "../execution/cancel-scope.ts";
import { currentExecution } from "../execution/execution.ts";

const { then } = Promise.prototype;

/** The scope of code that belongs to no execution. */
const unowned = new CancelScope();

const currentScope = (): CancelScope => currentExecution()?.scope ?? unowned;

const never = new Promise<never>(() => {});

/** Whether the iterator of the items is one of the language's own, which has nothing to close when a loop is left. */
const hasBuiltInIterator = (items: unknown): boolean =>
  Array.isArray(items) ||
  typeof items === "string" ||
  ArrayBuffer.isView(items) ||
  items instanceof Map ||
  items instanceof Set;

/** One call of an async function. */
class Activation implements AsyncCall {
  previous: AsyncCall | null = null;
  next: AsyncCall | null = null;
  suspendedIn: Phase | typeof running = running;
  readonly #scope: CancelScope;
  readonly #file: string;
  readonly #name: string;
  #site = 0;
  #reject: ((error: Error) => void) | null = null;
  /** Bit mask of the loops whose iterators have to be closed when the loop is left. */
  #closing = 0;

  constructor(file: string, name: string) {
    this.#file = file;
    this.#name = name;
    this.#scope = currentScope();
    this.#scope.enter(this);
  }

  get location(): AsyncCall["location"] {
    return { name: this.#name, file: this.#file, site: this.#site };
  }

  /** Begins an await at an offset of the file; if it is interrupted, the function is not resumed. */
  begin<T>(site: number, value: T): T {
    this.#site = site;
    this.suspendedIn = this.#scope.phase;
    return value;
  }

  /** Begins an await that an interrupt rejects, because code has to run when the function is left. */
  wait(site: number, value: unknown): unknown {
    this.begin(site, value);
    if (typeof value !== "object" || value === null || !("then" in value)) return value;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      void then.call(Promise.resolve(value), resolve, reject);
    });
  }

  /** Begins a `for…of` loop, given as a bit, over the items. */
  over<T>(loop: number, items: T): T {
    this.#closing = hasBuiltInIterator(items) ? this.#closing & ~loop : this.#closing | loop;
    return items;
  }

  /** Begins an await inside of loops, given as a bit mask: `wait` if one of their iterators has to be closed, else `begin`. */
  waitIn(loops: number, site: number, value: unknown): unknown {
    return (this.#closing & loops) === 0 ? this.begin(site, value) : this.wait(site, value);
  }

  /** Ends an await. Throws if the scope was cancelled meanwhile. */
  resumed<T>(value: T): T {
    if (this.suspendedIn !== this.#scope.phase) throw new KeyboardInterrupt();
    this.suspendedIn = running;
    return value;
  }

  /** Runs at the start of a `catch` block, which an interrupt must not reach. */
  caught(): void {
    if (this.suspendedIn !== running && this.suspendedIn !== this.#scope.phase) throw new KeyboardInterrupt();
    this.suspendedIn = running;
  }

  /** Runs at the start of a `finally` block. */
  leaving(): void {
    this.suspendedIn = running;
  }

  /** Runs when the function returns or throws. */
  leave(): void {
    this.suspendedIn = running;
    this.#scope.leave(this);
  }

  rejectWith(error: Error): boolean {
    const reject = this.#reject;
    this.#reject = null;
    reject?.(error);
    return reject !== null;
  }

  /** Wraps the items of a `for await` loop, whose awaits are at an offset of the file. */
  each<T>(site: number, items: AsyncIterable<T> | Iterable<T>): AsyncIterable<T> {
    const asynchronous = (items as AsyncIterable<T> | null | undefined)?.[Symbol.asyncIterator];
    if (asynchronous == null && (items as Iterable<T> | null | undefined)?.[Symbol.iterator] == null)
      throw new TypeError("for await: the value is not async iterable");
    const iterator = asynchronous == null ? fromSync(items as Iterable<T>) : asynchronous.call(items);
    const next = async (): Promise<IteratorResult<T>> => {
      try {
        return this.resumed((await this.wait(site, iterator.next())) as IteratorResult<T>);
      } catch (error) {
        // an iterator whose `next` rejects is not closed by the loop, but here the interrupt has rejected
        if (error instanceof KeyboardInterrupt) iterator.return?.()?.then?.(undefined, () => {});
        throw error;
      }
    };
    return {
      [Symbol.asyncIterator]: () => ({
        next,
        return: (value?: undefined) => iterator.return?.(value) ?? Promise.resolve({ done: true, value }),
      }),
    };
  }
}

async function* fromSync<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}

/** A compiled cell or file. */
class Unit {
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }

  /** Begins a call of an async function. */
  enter = (name: string): Activation => new Activation(this.#file, name);

  /** Wraps an argument of `then`, `catch` or `finally`: a callback is not called once its execution was interrupted. */
  guarded = (callback: unknown): unknown => (typeof callback === "function" ? guard(callback) : callback);
}

/** Returns the functions for the code of a file. */
export const unitOf = (file: string): Unit => new Unit(file);

/** Returns a callback that never settles once the current execution was interrupted. */
function guard(callback: Function): Function {
  const scope = currentExecution()?.scope;
  if (scope === undefined) return callback;
  const { phase } = scope;
  return function (this: unknown, ...args: unknown[]): unknown {
    return scope.phase === phase ? Reflect.apply(callback, this, args) : never;
  };
}
