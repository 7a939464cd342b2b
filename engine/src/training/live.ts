/** The display of a training while it runs: by the host, such as a kernel, in a terminal, or not at all. */
import { Pace } from "../inspect/watch/live.ts";
import { isTerminal, writeProgress } from "../platform/terminal.ts";
import type { TrainingData } from "../protocol/index.ts";
import type { MimeBundle } from "../tensor/symbols.ts";
import { progressLine } from "../view/training/text.ts";
import type { History } from "./history.ts";

declare const performance: { now(): number };

/** A training that runs, as a host sees it. */
export interface LiveTraining {
  readonly history: History<string>;
  /** Returns smaller representations than those of the history, for a display that is updated. */
  liveBundle(): MimeBundle;
  /** Ends a training whose program was interrupted and does not go on: the best weights are restored, if they are kept. */
  interrupt(): void;
}

/** The display of a training. */
export interface TrainingDisplay {
  /** Shows the state of the training. */
  update(): void;
  /** Shows the final state. */
  finish(): void;
  /** Called with the milliseconds in which the training reaches a point where it can be interrupted. */
  wait(ms: number): void;
}

/** Opens the display of a training that begins; `null` where there is nothing to show it in. */
export type TrainingPresenter = (training: LiveTraining) => TrainingDisplay | null;

let presenter: TrainingPresenter | null = null;

/** Sets the function that shows trainings, as a kernel does. */
export function setTrainingPresenter(present: TrainingPresenter): void {
  presenter = present;
}

/** Shows a training, at most four times a second and in a small share of its time. */
export class Show {
  readonly #display: TrainingDisplay | null;
  readonly #pace = new Pace();
  readonly #data: () => TrainingData;
  /** The form in which the training is written where no host shows it. */
  readonly #writes: "terminal" | "lines" | "nothing";
  #hasLine = false;

  /** `progress`: whether to show it; `undefined` for notebooks and terminals alone. */
  constructor(training: LiveTraining, data: () => TrainingData, progress: boolean | undefined) {
    this.#data = data;
    this.#display = progress === false ? null : (presenter?.(training) ?? null);
    this.#writes =
      progress === false || presenter !== null
        ? "nothing"
        : isTerminal()
          ? "terminal"
          : progress === true
            ? "lines"
            : "nothing";
  }

  /** Shows the state, if it is due. */
  tick(now: number): void {
    if (this.#display === null && this.#writes !== "terminal") return;
    if (!this.#pace.isDue(now)) return;
    this.#draw();
    this.#pace.note(now, performance.now() - now);
  }

  #draw(): void {
    if (this.#display !== null) this.#display.update();
    else if (this.#writes === "terminal") {
      writeProgress(`\r\u001b[K${progressLine(this.#data())}`);
      this.#hasLine = true;
    }
  }

  /** Notes that an epoch has ended. */
  epochEnded(): void {
    if (this.#writes === "lines") writeProgress(`${progressLine(this.#data())}\n`);
  }

  /** Tells the host in how many milliseconds the training can be interrupted. */
  wait(ms: number): void {
    this.#display?.wait(ms);
  }

  /** Shows the final state. */
  finish(): void {
    if (this.#display !== null) this.#display.finish();
    else if (this.#writes === "terminal") {
      writeProgress(`${this.#hasLine ? "\r\u001b[K" : ""}${progressLine(this.#data())}\n`);
    }
  }
}
