/** The causes of a gradient that is tiny or huge. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { constantFactor } from "./constant-factor.ts";
import { exploding } from "./exploding.ts";
import { inputUnits } from "./input-units.ts";
import { nearMinimum } from "./near-minimum.ts";
import { summedLoss } from "./summed-loss.ts";
import { vanishing } from "./vanishing.ts";

export const sizeCauses: readonly Cause<GradientCase>[] = [
  vanishing,
  exploding,
  constantFactor,
  inputUnits,
  nearMinimum,
  summedLoss,
];
