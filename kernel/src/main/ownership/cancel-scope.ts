/**
 * The pending work of a cell: suspended async functions, timers, children. An interrupt ends it in two steps. First pending awaits are rejected, and code that
 * has to run on the way out (`finally`) gets a moment, in which it may wait and start things itself; then nothing of the cell runs any more.
 */

/** 0: runs; 1: is on its way out; 2: over. What was started in one phase goes on in no later one. */
export type Phase = 0 | 1 | 2;

/** An async function that was called and has not returned. */
export interface Waiting {
  /** Its neighbours in the list of its life. */
  earlier: Waiting | null;
  later: Waiting | null;
  /** The phase in which it began to wait; -1 while it runs. */
  readonly phase: number;
  /** Ends its waiting with an error, where it has something to do then. */
  rejectWith(error: Error): boolean;
  /** Where it waits: the function's name, the file, and the offset in the file's text before awaits were guarded. */
  readonly place: { readonly name: string; readonly file: string; readonly site: number };
}

/** Thrown by an await that was interrupted. */
export class KeyboardInterrupt extends Error {
  static {
    Object.defineProperty(KeyboardInterrupt.prototype, "name", { value: "KeyboardInterrupt" });
  }
  constructor() {
    super("the cell was interrupted");
  }
}

/** So long may `finally` blocks wait. */
const graceMs = 1_000;
/** So long what was closed may take to say so. */
const closingMs = 20;
const pollMs = 5;
/** Of functions that wait forever, and whose promises nobody has any more, no more than so many are kept. */
const maxWaiting = 200_000;

/** The runtime's own timers, as those that cells see are guarded. */
const { setTimeout: later, setImmediate: soon } = globalThis;

export class Life {
  phase: Phase = 0;
  /** The function called last; a list, as functions enter and leave all the time. */
  #last: Waiting | null = null;
  #count = 0;
  /** By timer, child and the like, the function that ends it; the argument says whether for good. */
  readonly #running = new Map<object, (forGood: boolean) => void>();
  #abort: AbortController | null = null;
  #done: (() => void) | null = null;

  enter(waiting: Waiting): void {
    if (this.#count === maxWaiting) this.#forgetAll();
    this.#count++;
    waiting.earlier = this.#last;
    if (this.#last !== null) this.#last.later = waiting;
    this.#last = waiting;
  }

  leave(waiting: Waiting): void {
    const { earlier, later: next } = waiting;
    if (earlier === null && next === null && this.#last !== waiting) return;
    this.#count--;
    if (earlier !== null) earlier.later = next;
    if (next === null) this.#last = earlier;
    else next.earlier = earlier;
    waiting.earlier = null;
    waiting.later = null;
  }

  /** The functions that have not returned, the one called last first. */
  *#functions(): Generator<Waiting> {
    for (let w = this.#last; w !== null; w = w.earlier) yield w;
  }

  #forgetAll(): void {
    while (this.#last !== null) this.leave(this.#last);
  }

  /** Notes something that runs until `drop` is called for it; in a life that is over it is ended at once. */
  hold(thing: object, end: (forGood: boolean) => void): void {
    if (this.phase === 2) end(true);
    else this.#running.set(thing, end);
  }

  drop(thing: object): void {
    this.#running.delete(thing);
  }

  /** Aborted by an interrupt. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.phase > 0) this.#abort.abort(new KeyboardInterrupt());
    return this.#abort.signal;
  }

  /** Where its functions wait, the one called last first. */
  places(): Waiting["place"][] {
    return [...this.#functions()].filter((w) => w.phase >= 0).map((w) => w.place);
  }

  /** Stops all of it, and calls `done` when nothing runs any more; a second call does not wait for `finally` blocks. */
  stop(done: () => void): void {
    if (this.phase > 0) {
      this.#end();
      return;
    }
    this.phase = 1;
    this.#done = done;
    const began = performance.now();
    const closes = this.#endThings(false);
    this.#abort?.abort(new KeyboardInterrupt());
    const step = (): void => {
      if (this.phase === 2) return;
      const passed = performance.now() - began;
      if (passed > graceMs) this.#end();
      else if ([...this.#functions()].some((w) => w.phase === 1)) later(step, pollMs);
      else if (this.#rejectInnermost()) soon(step);
      else if (closes && passed < closingMs) later(step, pollMs);
      else this.#end();
    };
    soon(step);
  }

  #rejectInnermost(): boolean {
    for (const waiting of this.#functions())
      if (waiting.phase === 0 && waiting.rejectWith(new KeyboardInterrupt())) return true;
    return false;
  }

  #endThings(forGood: boolean): boolean {
    const things = [...this.#running.values()];
    if (forGood) this.#running.clear();
    for (const end of things)
      try {
        end(forGood);
      } catch {
        // what cannot be closed any more is closed
      }
    return things.length > 0;
  }

  #end(): void {
    if (this.phase === 2) return;
    this.phase = 2;
    this.#endThings(true);
    this.#abort?.abort(new KeyboardInterrupt());
    this.#forgetAll();
    this.#done?.();
  }
}
