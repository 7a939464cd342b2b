/** Whether operations are recorded. */
let recording = true;

/** Whether operations on tensors that require gradients are being recorded now. */
export const isGradEnabled = (): boolean => recording;

/** Switches recording for the rest of the program; prefer `noGrad(() => …)`. */
export function setGradEnabled(enabled: boolean): void {
  recording = enabled;
}

/** Recording as at the start, after a program was terminated inside of a mode. */
export const resetGradMode = (): void => setGradEnabled(true);

/** Runs `body` with recording on or off; an async body keeps the mode until its promise settles. */
export function withGradMode<T>(enabled: boolean, body: () => T): T {
  const before = recording;
  recording = enabled;
  let result: T;
  try {
    result = body();
  } catch (error) {
    recording = before;
    throw error;
  }
  if (result instanceof Promise)
    return result.finally(() => {
      recording = before;
    }) as T;
  recording = before;
  return result;
}

/**
 * Runs `body` without recording: results require no gradient.
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * noGrad(() => w.mul(2)).requiresGrad; // false
 */
export const noGrad = <T>(body: () => T): T => withGradMode(false, body);

/** Runs `body` with recording on, inside `noGrad` as well. */
export const enableGrad = <T>(body: () => T): T => withGradMode(true, body);
