/**
 * State that holds while a part of the program runs: modes, scopes, levels, the walk under way. The runtime can terminate a program between any two
 * lines with no `finally` reached, so each such state is declared where it is defined, and `resetAmbient` sets all of them back.
 */

/** Sets one declared state back. */
const resets: (() => void)[] = [];

/** Functions that undo temporary changes of objects that the program can see, while these last; innermost last. */
const restores: (() => void)[] = [];

let resetCount = 0;

/**
 * Declares ambient state: an object whose fields are read and assigned directly. After a program was terminated, `abandon` first releases what the
 * state refers to, and the fields are then assigned those of a new `initial()`. `abandon` may run more than once, and must do no harm then.
 */
export function ambient<T extends object>(initial: () => T, abandon?: (state: T) => void): T {
  const state = initial();
  resets.push(() => {
    abandon?.(state);
    Object.assign(state, initial());
  });
  return state;
}

/**
 * Runs `body`, and `leave` when the body is over: when it returns or throws, and for an async body when its promise settles. `leave` undoes ambient
 * state alone; it does not run once `resetAmbient` has set that state back.
 */
export function during<T>(body: () => T, leave: () => void): T {
  const entered = resetCount;
  let result: T;
  try {
    result = body();
  } catch (error) {
    if (resetCount === entered) leave();
    throw error;
  }
  if (result instanceof Promise) return onceSettled(result, entered, leave) as T;
  if (resetCount === entered) leave();
  return result;
}

/* A function of its own, as V8 allocates the context of closures when the enclosing function is entered. */
const onceSettled = <T>(result: Promise<T>, entered: number, leave: () => void): Promise<T> =>
  result.finally(() => {
    if (resetCount === entered) leave();
  });

/**
 * Runs `body`, and `restore` when the body is over, or when the program was terminated inside of it. For changes of objects that the program can see,
 * which have to be made within the body. `restore` may run more than once, and must do no harm then.
 */
export function restoring<T>(body: () => T, restore: () => void): T {
  restores.push(restore);
  return during(body, () => {
    restore();
    const at = restores.lastIndexOf(restore);
    if (at >= 0) restores.splice(at, 1);
  });
}

/**
 * Sets all ambient state back to its start, after the runtime has terminated what ran. It can itself be terminated, and run again.
 */
export function resetAmbient(): void {
  resetCount++;
  for (let restore = restores.at(-1); restore !== undefined; restore = restores.at(-1)) {
    try {
      restore();
    } catch {
      // what is left has to be restored all the same
    }
    restores.pop();
  }
  for (const reset of resets) reset();
}
