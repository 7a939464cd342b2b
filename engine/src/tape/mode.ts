/**
 * Whether operations are recorded. A mode lasts as long as its body, and for an async body until its promise settles; of modes that overlap,
 * the one entered last counts.
 */
import { setInferenceStorage } from "../tensor/storage.ts";
import { during } from "./during.ts";

/** What a mode sets. */
interface Mode {
  recording: boolean;
  readonly inference: boolean;
}

/** Outside of all modes. */
const outermost: Mode = { recording: true, inference: false };
let open: Mode[] = [];
let recording = true;
let inference = false;

/** Whether operations on tensors that require gradients are being recorded now. */
export const isGradEnabled = (): boolean => recording;

/** Whether tensors made now are inference tensors. */
export const isInferenceModeEnabled = (): boolean => inference;

function settle(): void {
  const mode = open.length === 0 ? outermost : open[open.length - 1];
  recording = mode.recording;
  if (inference !== mode.inference) {
    inference = mode.inference;
    setInferenceStorage(inference);
  }
}

/** Recording as at the start, after a program was terminated inside of a mode. */
export function resetGradMode(): void {
  open = [];
  outermost.recording = true;
  settle();
}

function within<T>(mode: Mode, body: () => T): T {
  open.push(mode);
  settle();
  return during(body, () => {
    const at = open.lastIndexOf(mode);
    if (at >= 0) open.splice(at, 1);
    settle();
  });
}

/** Runs `body` with recording on or off; an async body keeps the mode until its promise settles. */
export const withGradMode = <T>(enabled: boolean, body: () => T): T => within({ recording: enabled, inference }, body);

/** A mode: called with a body it runs it, and `wrap` makes a function that always runs so. */
export interface GradMode {
  <T>(body: () => T): T;
  /** `f` in this mode, whenever it is called. */
  wrap<A extends readonly unknown[], R>(f: (...args: A) => R): (...args: A) => R;
}

const gradMode = (run: <T>(body: () => T) => T): GradMode =>
  Object.assign(<T>(body: () => T): T => run(body), {
    wrap:
      <A extends readonly unknown[], R>(f: (...args: A) => R) =>
      (...args: A): R =>
        run(() => f(...args)),
  });

/**
 * Runs `body` without recording: results require no gradient. Async bodies too; `noGrad.wrap(f)` makes a function of it.
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * noGrad(() => w.mul(2)).requiresGrad; // false
 * const double = noGrad.wrap((x: Tensor) => x.mul(2));
 * double(w).requiresGrad; // false
 */
export const noGrad: GradMode = gradMode((body) => withGradMode(false, body));

/** Runs `body` with recording on, inside `noGrad` as well. */
export const enableGrad: GradMode = gradMode((body) => within({ recording: true, inference: false }, body));

/**
 * Runs `body` without recording, and what it makes are inference tensors: they have no version counter, and using them later where backward would
 * have to save them is an error. `clone()` outside makes an ordinary tensor of one.
 * @example
 * const y = inferenceMode(() => tensor([1, 2]).mul(2));
 * y.isInference(); // true
 */
export const inferenceMode: GradMode = gradMode((body) => within({ recording: false, inference: true }, body));

/**
 * Switches recording: for the rest of the innermost mode that is open, or with a body, for that.
 * @example
 * setGradEnabled(false, () => isGradEnabled()); // false
 */
export function setGradEnabled(enabled: boolean): void;
export function setGradEnabled<T>(enabled: boolean, body: () => T): T;
export function setGradEnabled<T>(enabled: boolean, body?: () => T): T | undefined {
  if (body !== undefined) return withGradMode(enabled, body);
  (open.length === 0 ? outermost : open[open.length - 1]).recording = enabled;
  settle();
  return undefined;
}
