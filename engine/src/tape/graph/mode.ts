/**
 * Grad mode and inference mode: whether ops are recorded. A mode lasts as long as its body, and for an async body until its promise settles. Where async
 * bodies overlap, the mode that was entered last applies.
 */
import { ambient, during } from "../../platform/ambient.ts";
import { setInferenceStorage } from "../../tensor/storage/storage.ts";

/** The settings of one mode. */
interface Mode {
  recording: boolean;
  readonly inference: boolean;
  /** Whether it is noted where values leave the tape: not during a backward walk, whose ops are the engine's own. */
  readonly notes: boolean;
}

/** The modes of the bodies that run, outermost first, and the settings that apply now. */
const current = ambient(() => {
  const outermost: Mode = { recording: true, inference: false, notes: true };
  return { outermost, open: [] as Mode[], recording: true, inference: false, notes: true };
});

/** Whether ops on tensors that require gradients are recorded now. */
export const isGradEnabled = (): boolean => current.recording;

/** Whether it is noted where values leave the tape. */
export const notesCuts = (): boolean => current.notes;

/** Whether ops return inference tensors now. */
export const isInferenceModeEnabled = (): boolean => current.inference;

/** Returns the mode that was entered last. */
function innermost({ open, outermost }: typeof current): Mode {
  return open.length === 0 ? outermost : open[open.length - 1];
}

/** Applies the settings of the innermost mode. */
function applyInnermost(): void {
  const { recording, inference, notes } = innermost(current);
  current.recording = recording;
  current.notes = notes;
  if (current.inference !== inference) {
    current.inference = inference;
    setInferenceStorage(inference);
  }
}

function within<T>(mode: Mode, body: () => T): T {
  current.open.push(mode);
  applyInnermost();
  return during(body, () => {
    const { open } = current;
    const at = open.lastIndexOf(mode);
    if (at >= 0) open.splice(at, 1);
    applyInnermost();
  });
}

/** Runs `body` with recording on or off; an async body until its promise settles. */
export const withGradMode = <T>(enabled: boolean, body: () => T): T =>
  within({ recording: enabled, inference: current.inference, notes: true }, body);

/** Runs `body`, a backward walk, with recording on or off. */
export const withWalkMode = <T>(enabled: boolean, body: () => T): T =>
  within({ recording: enabled, inference: current.inference, notes: false }, body);

/** A function that runs a body in a mode, with `wrap` for a function that always runs in it. */
export interface GradMode {
  <T>(body: () => T): T;
  /** Returns a function that calls `f` in the mode. */
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
 * Runs `body` without recording: results require no gradient. An async body keeps the mode until its promise settles. `noGrad.wrap(f)` returns a function that
 * always runs so.
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * noGrad(() => w.mul(2)).requiresGrad; // false
 * const double = noGrad.wrap((x: Tensor) => x.mul(2));
 * double(w).requiresGrad; // false
 */
export const noGrad: GradMode = gradMode((body) => withGradMode(false, body));

/** Runs `body` with recording on, also inside `noGrad`. */
export const enableGrad: GradMode = gradMode((body) =>
  within({ recording: true, inference: false, notes: true }, body),
);

/**
 * Runs `body` without recording, so that its results are inference tensors: they have no version counter, and an op that has to save one for backward throws an
 * error. `clone()` outside of the mode returns an ordinary tensor.
 * @example
 * const y = inferenceMode(() => tensor([1, 2]).mul(2));
 * y.isInference(); // true
 */
export const inferenceMode: GradMode = gradMode((body) =>
  within({ recording: false, inference: true, notes: true }, body),
);

/**
 * Switches recording on or off: for the body, or without one for the rest of the innermost mode that runs.
 * @example
 * setGradEnabled(false, () => isGradEnabled()); // false
 */
export function setGradEnabled(enabled: boolean): void;
export function setGradEnabled<T>(enabled: boolean, body: () => T): T;
export function setGradEnabled<T>(enabled: boolean, body?: () => T): T | undefined {
  if (body !== undefined) return withGradMode(enabled, body);
  innermost(current).recording = enabled;
  applyInnermost();
  return undefined;
}
