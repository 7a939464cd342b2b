/** What holds while something runs. */

/** Runs `body`, and `leave` when it is over: when it returns or throws, and for an async body when its promise settles. */
export function during<T>(body: () => T, leave: () => void): T {
  let result: T;
  try {
    result = body();
  } catch (error) {
    leave();
    throw error;
  }
  if (result instanceof Promise) return result.finally(leave) as T;
  leave();
  return result;
}
