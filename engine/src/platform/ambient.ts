/**
 * Ambient state, which holds while a part of the program runs: modes, scopes, levels of vmap, the backward walk. The runtime can terminate a program
 * between any two lines without running any `finally`, so each such state is declared by `ambient`, and `resetAmbient` resets all of them.
 */

/** Functions that reset one declared state each. */
const resets: (() => void)[] = [];

/** Functions that undo temporary changes of objects of the program, the innermost last. */
const restores: (() => void)[] = [];

/** Number of calls of `resetAmbient`. */
let resetCount = 0;

/**
 * Declares ambient state, and returns it: an object whose fields are read and assigned directly. After a program was terminated, `abandon` releases what
 * the fields refer to, and then they get the values of a new `initial()`. `abandon` may run more than once, and must be idempotent.
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
 * Runs `body`, and `leave` after it: when it returns or throws, or for an async body when its promise settles. `leave` may change ambient state only: it
 * does not run if `resetAmbient` has reset that state in the meantime.
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

/* A separate function, because V8 allocates the context of closures when the enclosing function is entered. */
const onceSettled = <T>(result: Promise<T>, entered: number, leave: () => void): Promise<T> =>
  result.finally(() => {
    if (resetCount === entered) leave();
  });

/**
 * Runs `body`, and `restore` after it, or after the program was terminated inside of it. For temporary changes of objects of the program, which are to be
 * made within the body. `restore` may run more than once, and must be idempotent.
 */
export function restoring<T>(body: () => T, restore: () => void): T {
  restores.push(restore);
  return during(body, () => {
    restore();
    const at = restores.lastIndexOf(restore);
    if (at >= 0) restores.splice(at, 1);
  });
}

/** Resets all ambient state, after the runtime has terminated a program. It can itself be terminated, and run again. */
export function resetAmbient(): void {
  resetCount++;
  for (let restore = restores.at(-1); restore !== undefined; restore = restores.at(-1)) {
    try {
      restore();
    } catch {
      // the other changes are to be undone even so
    }
    restores.pop();
  }
  for (const reset of resets) reset();
}
