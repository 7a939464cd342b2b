/** Averages of weights over the course of a training. */
import { noGrad } from "../../tape/graph/mode.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { requireUnit } from "../groups.ts";

/** Returns the new average of a tensor, from the average of `count` earlier values and the present value. */
export type AverageFunction = (averaged: Tensor, current: Tensor, count: number) => Tensor;

/**
 * Returns a function that averages all values equally: a + (x - a) / (count + 1).
 * @example optim.swaUtils.getSwaAvgFn()(tensor([1]), tensor([3]), 1).toArray(); // [2]
 */
export const getSwaAvgFn = (): AverageFunction => (averaged, current, count) =>
  noGrad(() => averaged.add(current.sub(averaged).div(count + 1)));

/**
 * Returns a function that averages with exponentially decaying weights: decay a + (1 - decay) x.
 * @throws ArgumentError for a decay outside of [0, 1].
 * @example optim.swaUtils.getEmaAvgFn(0.75)(tensor([1]), tensor([3]), 1).toArray(); // [1.5]
 */
export function getEmaAvgFn(decay = 0.999): AverageFunction {
  requireUnit("getEmaAvgFn", "decay", decay);
  return (averaged, current) => noGrad(() => averaged.lerp(current, 1 - decay));
}
