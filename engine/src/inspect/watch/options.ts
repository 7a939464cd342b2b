/** The options of `watch`. */
import type { DiagnoseOptions } from "../diagnose/run/options.ts";
import type { Watch } from "./watched.ts";

/** Options of `watch`. */
export interface WatchTrainingOptions extends Required<Pick<DiagnoseOptions, "optimizer">> {
  /** The name of the run; `run 1`, or the next number after those that it is compared with, by default. */
  readonly name?: string;
  /** Earlier runs, whose curves are drawn in the same charts. */
  readonly compare?: Watch | readonly Watch[];
  /** The share of the training's time that watching may take; 0.03 by default. */
  readonly share?: number;
}

export const defaultShare = 0.03;
