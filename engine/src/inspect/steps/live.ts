/** Passes that are stepped through by `for await`: the steps are shown as they are taken, and the event loop runs between them. */
import type { MimeBundle } from "../../tensor/symbols.ts";
import { stepsOutput } from "../../view/steps/output.ts";
import { afterMs, PassControl } from "./control.ts";
import { encodeSteps, liveLimits, type Pass } from "./data.ts";

/** A pass that a loop steps through, as the host sees it. */
export interface RunningPass {
  readonly control: PassControl;
  /** Returns the bundle of the pass as far as it has come. */
  readonly bundle: () => MimeBundle;
}

/** The display of a pass. */
export interface LiveDisplay {
  /** Shows another bundle of the pass that runs. */
  readonly update: (bundle: MimeBundle) => void;
  /** Shows the bundle of the pass after its loop has ended. */
  readonly finish: (bundle: MimeBundle) => void;
}

/** Shows a bundle of a pass that runs. */
export type ShowLive = (bundle: MimeBundle, pass: RunningPass) => LiveDisplay;

let show: ShowLive | null = null;

/** Sets the function that shows the steps of a pass that runs, as a kernel does; `null` for none. */
export function setLiveDisplay(display: ShowLive | null): void {
  show = display;
}

/** Milliseconds between two updates. */
const intervalMs = 250;

declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** Returns the bundle of a pass that runs: the steps around the current one, without a still picture. */
export function runningBundle(pass: Pass, { id, isPaused }: PassControl): MimeBundle {
  const data = { ...encodeSteps(pass, liveLimits), live: { id, paused: isPaused } };
  return { [stepsOutput.mime]: data, "text/plain": stepsOutput.text(data) };
}

/** A pass that can be shown while it runs. */
export interface LivePass<S> {
  /** Takes the next step; `null` at the end. */
  readonly next: () => S | null;
  /** Ends the pass where it is. */
  readonly close: () => void;
  /** Returns the bundle of a running pass, which is small. */
  readonly runningBundle: (control: PassControl) => MimeBundle;
  /** Returns the bundle of a pass that is over. */
  readonly bundle: () => MimeBundle;
}

/** Yields the steps of a pass, and shows them where the host does so. A front end may pause it before a step. */
export async function* takeLive<S>(pass: LivePass<S>): AsyncGenerator<S, undefined> {
  let display: LiveDisplay | null = null;
  let shown = 0;
  let timer: unknown = null;
  const control = new PassControl(() => display?.update(pass.runningBundle(control)));
  const update = (): void => {
    clearTimeout(timer);
    timer = null;
    shown = performance.now();
    display?.update(pass.runningBundle(control));
  };
  const showStep = (): void => {
    const rest = shown + intervalMs - performance.now();
    if (show === null) return;
    if (display === null) {
      shown = performance.now();
      display = show(pass.runningBundle(control), { control, bundle: pass.bundle });
    } else if (control.isPaused || (timer === null && rest <= 0)) update();
    // a step that comes early is shown later, as the body of the loop may take long
    else timer ??= setTimeout(update, rest);
  };
  try {
    for (;;) {
      await afterMs(0);
      await control.turn();
      const step = pass.next();
      if (step === null) return undefined;
      showStep();
      yield step;
    }
  } finally {
    clearTimeout(timer);
    pass.close();
    (display as LiveDisplay | null)?.finish(pass.bundle());
  }
}
