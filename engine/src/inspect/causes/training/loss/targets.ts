/** The targets of a loss: the losses of regressions, and the range of values. */

/** Returns the smallest and the largest value. */
export const range = (x: Float64Array): [number, number] => [
  x.reduce((a, b) => Math.min(a, b), Infinity),
  x.reduce((a, b) => Math.max(a, b), -Infinity),
];

/** Losses of regressions: elementwise distances of a prediction and a target. */
export const regressions: ReadonlySet<string> = new Set(["mseLoss", "l1Loss", "smoothL1Loss", "huberLoss"]);
