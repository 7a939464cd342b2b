/**
 * The pending work of an execution: suspended async functions, timers, child processes and other resources. An interrupt cancels it in two steps.
 * First pending awaits are rejected, and `finally` blocks get up to a second, in which they may await and start work of their own; then nothing of
 * it runs any more.
 */

/** Phase of a scope before an interrupt. The phases are integers because each await compares them. */
export const active = 0;

/** Phase of a scope in which `finally` blocks run. */
export const cancelling = 1;

/** Phase of a scope of which nothing runs any more. */
export const cancelled = 2;

/** Phase of a scope. Work that was started in one phase does not continue in a later one. */
export type Phase = typeof active | typeof cancelling | typeof cancelled;

/** Value of `suspendedIn` for a call that is not suspended. */
export const running = -1;

/** A call of an async function that has not returned, as a node of the linked list of its scope. */
export interface AsyncCall {
  previous: AsyncCall | null;
  next: AsyncCall | null;
  /** The phase in which it was suspended. */
  readonly suspendedIn: Phase | typeof running;
  /** Rejects the await that it is suspended at; returns false if it has no code to run in that case. */
  rejectWith(error: Error): boolean;
  /** Where it is suspended: name of the function, its file, and the offset in the file's text before instrumentation. */
  readonly location: { readonly name: string; readonly file: string; readonly site: number };
}

/** The error with which an interrupted await is rejected. */
export class KeyboardInterrupt extends Error {
  static {
    Object.defineProperty(KeyboardInterrupt.prototype, "name", { value: "KeyboardInterrupt" });
  }
  constructor() {
    super("the cell was interrupted");
  }
}

/** Time that `finally` blocks may take. */
const graceMs = 1_000;

/** Time that closed resources get to emit their last events. */
const closingMs = 20;

const pollMs = 5;

/** Number of suspended calls that are tracked. Calls whose promise nobody holds any more stay suspended forever, so the number must be truncated. */
const maxCalls = 200_000;

/** The original timers: those that cells see are bound to their scope. */
const { setTimeout: startTimer, setImmediate: startImmediate } = globalThis;

/** The work of one execution that an interrupt cancels. */
export class CancelScope {
  phase: Phase = active;
  /** The latest call of an async function. A linked list, because functions enter and leave often and in any order. */
  #last: AsyncCall | null = null;
  #count = 0;
  /** The function that closes each resource; its argument says whether at once and for good. */
  readonly #resources = new Map<object, (forGood: boolean) => void>();
  #abort: AbortController | null = null;
  #done: (() => void) | null = null;

  /** Adds a call of an async function. */
  enter(call: AsyncCall): void {
    if (this.#count === maxCalls) this.#removeCalls();
    this.#count++;
    call.previous = this.#last;
    if (this.#last !== null) this.#last.next = call;
    this.#last = call;
  }

  /** Removes a call that has returned. */
  leave(call: AsyncCall): void {
    const { previous, next } = call;
    if (previous === null && next === null && this.#last !== call) return;
    this.#count--;
    if (previous !== null) previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    call.previous = null;
    call.next = null;
  }

  /** Yields the calls that have not returned, the latest first. */
  *#calls(): Generator<AsyncCall> {
    for (let call = this.#last; call !== null; call = call.previous) yield call;
  }

  #removeCalls(): void {
    while (this.#last !== null) this.leave(this.#last);
  }

  /** Adds a resource that stays open until `unregister` is called for it; a cancelled scope closes it at once. */
  register(resource: object, close: (forGood: boolean) => void): void {
    if (this.phase === cancelled) close(true);
    else this.#resources.set(resource, close);
  }

  /** Removes a resource that is closed. */
  unregister(resource: object): void {
    this.#resources.delete(resource);
  }

  /** A signal that an interrupt aborts. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.phase !== active) this.#abort.abort(new KeyboardInterrupt());
    return this.#abort.signal;
  }

  /** Returns where its async functions are suspended, the latest call first. */
  suspendedAt(): AsyncCall["location"][] {
    return [...this.#calls()].filter((call) => call.suspendedIn !== running).map((call) => call.location);
  }

  /** Cancels all work, and calls `done` when nothing runs any more; a second call does not wait for `finally` blocks. */
  cancel(done: () => void): void {
    if (this.phase !== active) {
      this.#finish();
      return;
    }
    this.phase = cancelling;
    this.#done = done;
    const began = performance.now();
    const hadResources = this.#closeResources(false);
    this.#abort?.abort(new KeyboardInterrupt());
    const step = (): void => {
      if (this.phase === cancelled) return;
      const elapsed = performance.now() - began;
      if (elapsed > graceMs) this.#finish();
      else if ([...this.#calls()].some((call) => call.suspendedIn === cancelling)) startTimer(step, pollMs);
      else if (this.#rejectInnermost()) startImmediate(step);
      else if (hadResources && elapsed < closingMs) startTimer(step, pollMs);
      else this.#finish();
    };
    startImmediate(step);
  }

  #rejectInnermost(): boolean {
    for (const call of this.#calls())
      if (call.suspendedIn === active && call.rejectWith(new KeyboardInterrupt())) return true;
    return false;
  }

  #closeResources(forGood: boolean): boolean {
    const closers = [...this.#resources.values()];
    if (forGood) this.#resources.clear();
    for (const close of closers)
      try {
        close(forGood);
      } catch {
        // it is closed already
      }
    return closers.length > 0;
  }

  #finish(): void {
    if (this.phase === cancelled) return;
    this.phase = cancelled;
    this.#closeResources(true);
    this.#abort?.abort(new KeyboardInterrupt());
    this.#removeCalls();
    this.#done?.();
  }
}
