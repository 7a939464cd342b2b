/** The JSON of a watched training, and the messages between its view and the kernel. */
import type { CauseFinding } from "./causes.ts";
import type { Num } from "./number.ts";
import type { TapeData } from "./tape.ts";

/** Target of the comm over which a view asks for the tapes that its watch has kept. */
export const watchTarget = "tapelab.watch";

/** The quantities that are followed for each layer. */
export type LayerQuantity = "gradient" | "weight" | "update" | "dead";

/** A quantity by bins of steps, with `null` for a bin without a value. */
export interface BinColumns {
  readonly min: readonly (Num | null)[];
  readonly mean: readonly (Num | null)[];
  readonly max: readonly (Num | null)[];
}

/** A run: its curves. */
export interface WatchRun {
  readonly name: string;
  /** Number of steps so far. */
  readonly steps: number;
  /** Steps a second, lately; `null` before it is known. */
  readonly rate: number | null;
  /** Number of steps in a bin. */
  readonly width: number;
  /** The last loss; `null` before the first. */
  readonly last: Num | null;
  readonly loss: BinColumns;
  /** The norm of the gradients of all parameters, in the steps that were sampled. */
  readonly gradient: BinColumns;
}

/** A quantity of all layers. `latest`, `min` and `max` are those of the sampled steps; `null` for a layer without a value. */
export interface LayerColumns {
  readonly latest: readonly (Num | null)[];
  readonly min: readonly (Num | null)[];
  readonly max: readonly (Num | null)[];
  /** The ends of the scale of `bins`: logarithmic, and linear from 0 to 1 for dead units. */
  readonly scale: readonly [low: number, high: number];
  /**
   * Means by bin, a string for each layer, with two characters a bin: hexadecimal digits of a byte. 0: no value, 1: 0, 255: not finite, and from 2 to 254 the
   * position on the scale.
   */
  readonly bins: readonly string[];
}

/** The layers of the watched run: modules with parameters of their own, and single tensors. */
export interface WatchLayers {
  readonly name: readonly string[];
  /** Name of the class; "" for a tensor. */
  readonly kind: readonly string[];
  /** Number of elements of the parameters. */
  readonly elements: readonly number[];
  readonly gradient: LayerColumns;
  readonly weight: LayerColumns;
  readonly update: LayerColumns;
  readonly dead: LayerColumns;
  /** Number of layers that are left out. */
  readonly omitted: number;
}

/** A cause that was found in a step. */
export interface WatchAlarm {
  readonly step: number;
  /** The cause in a few words; missing in notebooks that were saved before there were titles. */
  readonly title?: string;
  readonly finding: CauseFinding;
}

/** A step whose tape was kept. */
export interface KeptTape {
  readonly step: number;
  /** The tape, where it fits; else the kernel has it. */
  readonly tape: TapeData | null;
}

/** A watched training. */
export interface WatchData {
  readonly schema: 1;
  /** Id of the watch in its kernel. */
  readonly id: string;
  /** Whether the cell of the training ran when this was made. */
  readonly running: boolean;
  /** The watched run, and the runs that are drawn beside it. */
  readonly runs: readonly WatchRun[];
  readonly layers: WatchLayers;
  /** Number of steps in which layers were measured. */
  readonly sampled: number;
  readonly alarms: readonly WatchAlarm[];
  /** The message of an error that ended the search for causes. */
  readonly failure?: string;
  readonly tapes: readonly KeptTape[];
}

/** A request of a view: the tape of a step. */
export interface WatchRequest {
  readonly step: number;
}

/** The answer; `tape` is `null` where none was kept, or no longer. */
export interface WatchReply {
  readonly step: number;
  readonly tape: TapeData | null;
}
