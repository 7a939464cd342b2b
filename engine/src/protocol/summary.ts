/** What is stored of a tensor instead of its elements. */
import type { Num } from "./number.ts";

/** Statistics of the elements; those of value are over the finite ones, and `null` where there are none. */
export interface Summary {
  readonly count: number;
  readonly min: Num | null;
  readonly max: Num | null;
  readonly mean: Num | null;
  /** Population standard deviation. */
  readonly std: Num | null;
  /** Euclidean norm of all elements. */
  readonly norm: Num;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  /** Counts in equal bins from min to max, each a base-36 digit relative to the fullest. */
  readonly histogram: string;
}

/** A picture of a tensor: averages over blocks of its elements, one byte each. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** The magnitude that the strongest colour stands for. */
  readonly scale: Num;
  /** Base64: 0 is NaN, 1 and 255 are the infinities, 128 is 0, and 2 … 254 are linear in between. */
  readonly data: string;
  /** Whether each square is one element. */
  readonly exact: boolean;
}

/** Why there is a gradient, or none. */
export type GradientState =
  /** It is there. */
  | "computed"
  /** It is there, and all 0. */
  | "zero"
  /** Backward ran, and no path led here. */
  | "notReached"
  /** Backward ran through here, and nothing kept the gradient. */
  | "notRetained"
  /** Nobody asked for it. */
  | "notRequired"
  /** Backward has not run. */
  | "notRunYet";
