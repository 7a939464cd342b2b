/**
 * Whether operations are recorded. A mode lasts as long as its body, and for an async body until its promise settles; of modes that overlap,
 * the one entered last counts.
 */
import { ambient, during } from "../../platform/ambient.ts";
import { setInferenceStorage } from "../../tensor/storage/storage.ts";

/** What a mode sets. */
interface Mode {
  recording: boolean;
  readonly inference: boolean;
}

/** The modes that are open, outermost first, and what holds now. */
const current = ambient(() => {
  const outermost: Mode = { recording: true, inference: false };
  return { outermost, open: [] as Mode[], recording: true, inference: false };
});

/** Whether operations on tensors that require gradients are being recorded now. */
export const isGradEnabled = (): boolean => current.recording;

/** Whether tensors made now are inference tensors. */
export const isInferenceModeEnabled = (): boolean => current.inference;

/** The mode that was entered last. */
function innermost({ open, outermost }: typeof current): Mode {
  return open.length === 0 ? outermost : open[open.length - 1];
}

function settle(): void {
  const { recording, inference } = innermost(current);
  current.recording = recording;
  if (current.inference !== inference) {
    current.inference = inference;
    setInferenceStorage(inference);
  }
}

function within<T>(mode: Mode, body: () => T): T {
  current.open.push(mode);
  settle();
  return during(body, () => {
    const { open } = current;
    const at = open.lastIndexOf(mode);
    if (at >= 0) open.splice(at, 1);
    settle();
  });
}

/** Runs `body` with recording on or off; an async body keeps the mode until its promise settles. */
export const withGradMode = <T>(enabled: boolean, body: () => T): T =>
  within({ recording: enabled, inference: current.inference }, body);

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
  innermost(current).recording = enabled;
  settle();
  return undefined;
}
