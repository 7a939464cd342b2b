/** Functions that compiled cells and files call where they await (`language/emit/awaits.ts`). */
import { KeyboardInterrupt, Life, type Waiting } from "../ownership/cancel-scope.ts";
import { currentOwner } from "../ownership/owner.ts";

const { then } = Promise.prototype;

/** Of code that no cell owns. */
const nobodys = new Life();

const lifeNow = (): Life => currentOwner()?.life ?? nobodys;

const never = new Promise<never>(() => {});

/** Whether the iterator has nothing to do when its loop is left: it is one of the language's own. */
const hasPlainIterator = (items: unknown): boolean =>
  Array.isArray(items) ||
  typeof items === "string" ||
  ArrayBuffer.isView(items) ||
  items instanceof Map ||
  items instanceof Set;

/** One call of an async function. */
class Activation implements Waiting {
  earlier: Waiting | null = null;
  later: Waiting | null = null;
  phase = -1;
  readonly #life: Life;
  readonly #file: string;
  readonly #name: string;
  #site = 0;
  #reject: ((error: Error) => void) | null = null;
  /** The loops, each a bit, whose iterators are to be closed when they are left. */
  #closing = 0;

  constructor(file: string, name: string) {
    this.#file = file;
    this.#name = name;
    this.#life = lifeNow();
    this.#life.enter(this);
  }

  get place(): Waiting["place"] {
    return { name: this.#name, file: this.#file, site: this.#site };
  }

  begin<T>(site: number, value: T): T {
    this.#site = site;
    this.phase = this.#life.phase;
    return value;
  }

  /** Begins an await of a promise that an interrupt rejects. */
  wait(site: number, value: unknown): unknown {
    this.begin(site, value);
    if (typeof value !== "object" || value === null || !("then" in value)) return value;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      void then.call(Promise.resolve(value), resolve, reject);
    });
  }

  /** The items of a loop. */
  over<T>(loop: number, items: T): T {
    this.#closing = hasPlainIterator(items) ? this.#closing & ~loop : this.#closing | loop;
    return items;
  }

  /** Waits inside of loops. */
  waitIn(loops: number, site: number, value: unknown): unknown {
    return (this.#closing & loops) === 0 ? this.begin(site, value) : this.wait(site, value);
  }

  resumed<T>(value: T): T {
    if (this.phase !== this.#life.phase) throw new KeyboardInterrupt();
    this.phase = -1;
    return value;
  }

  /** At the start of a `catch`. */
  caught(): void {
    if (this.phase >= 0 && this.phase !== this.#life.phase) throw new KeyboardInterrupt();
    this.phase = -1;
  }

  /** At the start of a `finally`. */
  leaving(): void {
    this.phase = -1;
  }

  leave(): void {
    this.phase = -1;
    this.#life.leave(this);
  }

  rejectWith(error: Error): boolean {
    const reject = this.#reject;
    this.#reject = null;
    reject?.(error);
    return reject !== null;
  }

  /** The items of a `for await`. */
  each<T>(site: number, items: AsyncIterable<T> | Iterable<T>): AsyncIterable<T> {
    const asynchronous = (items as AsyncIterable<T> | null | undefined)?.[Symbol.asyncIterator];
    if (asynchronous == null && (items as Iterable<T> | null | undefined)?.[Symbol.iterator] == null)
      throw new TypeError("for await: the value is not async iterable");
    const iterator = asynchronous == null ? fromSync(items as Iterable<T>) : asynchronous.call(items);
    const next = async (): Promise<IteratorResult<T>> => {
      try {
        return this.resumed((await this.wait(site, iterator.next())) as IteratorResult<T>);
      } catch (error) {
        // what rejects is not asked to return; but it was not the iterator that did
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

  /** Called as an async function begins. */
  enter = (name: string): Activation => new Activation(this.#file, name);

  /** A callback that is not called once its cell has been interrupted; anything else as it is. */
  guarded = (callback: unknown): unknown => (typeof callback === "function" ? guard(callback) : callback);
}

export const unitOf = (file: string): Unit => new Unit(file);

/** The callback, for as long as what runs now is not interrupted. */
function guard(callback: Function): Function {
  const life = currentOwner()?.life;
  if (life === undefined) return callback;
  const { phase } = life;
  return function (this: unknown, ...given: unknown[]): unknown {
    return life.phase === phase ? Reflect.apply(callback, this, given) : never;
  };
}
