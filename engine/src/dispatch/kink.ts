/** The kink of an op: where it has no derivative, and which gradients a program can choose there. */

import type { TapeOp } from "../tape/graph/op.ts";
import type { Saves } from "../tape/graph/save-plans.ts";
import type { OpSpec } from "./spec.ts";

/**
 * The gradients at kinks: slopes, of which each lies between the slopes on both sides, or for a tie among the elements of a reduction those that get the gradient.
 * Source: Clarke, "Optimization and Nonsmooth Analysis", 1983, for which of them are subgradients.
 */
export interface Subgradients {
  /** The slope of `relu` at 0, in [0, 1]; 0 by default. */
  readonly relu?: number;
  /** The slope of `abs` at 0, in [-1, 1]; 0 by default. */
  readonly abs?: number;
  /** The slope of `clamp` in `input` at a limit, in [0, 1]; 1 by default. The limit gets the rest. */
  readonly clamp?: number;
  /** The share of the first operand of `maximum` at a tie, in [0, 1]; 0.5 by default. The second one gets the rest. */
  readonly maximum?: number;
  /** The share of the first operand of `minimum` at a tie, in [0, 1]; 0.5 by default. The second one gets the rest. */
  readonly minimum?: number;
  /** The elements among equal ones that get the gradient of `max` and `amax`. By default the first along one dimension of `max`, otherwise all in equal shares. */
  readonly max?: TieChoice;
  /** The elements among equal ones that get the gradient of `min` and `amin`, as for `max`. */
  readonly min?: TieChoice;
}

/** The elements among equal ones that get the gradient: all in equal shares, the first, or the last. */
export type TieChoice = "share" | "first" | "last";

/** A choice of the gradient at a kink: the slope, or for a tie among many elements which of them gets the gradient. */
export type Subgradient = number | string;

/** The fields of a record that depend on the choice of the gradient at a kink. */
export type KinkRules<P> = Pick<TapeOp<P>, "vjp"> & {
  readonly saves: Saves;
  readonly jvp: OpSpec<P>["jvp"];
  /** The gradient rule in TeX. */
  readonly tex: string;
};

/** A kink, where the function has no derivative, and the gradient that the op gives there. */
export interface Kink<P> {
  /** The name in `autograd.setSubgradients`. */
  readonly option: keyof Subgradients;
  /** The place, as in `"x = 0"`. */
  readonly at: string;
  /** The gradient that the record's rule gives, which is PyTorch's. */
  readonly default: Subgradient;
  /** The choices: an interval of slopes, or names. */
  readonly choices: readonly [low: number, high: number] | readonly string[];
  /** Returns the rules for another choice. */
  readonly rules: (choice: Subgradient) => KinkRules<P>;
}
