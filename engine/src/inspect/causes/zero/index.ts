/** The causes of a gradient that is 0. */
import type { GradientStop } from "../../../tape/graph/op.ts";
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { allDropped } from "./all-dropped.ts";
import { cancels } from "./cancels.ts";
import { deadRelu } from "./dead-relu.ts";
import { underflow } from "./exp-underflow.ts";
import { noSlope } from "./no-slope.ts";
import { normalizedConstant } from "./normalized-constant.ts";
import { notChosen } from "./not-chosen.ts";
import { nothingSelected } from "./nothing-selected.ts";
import { onlyPadding } from "./only-padding.ts";
import { outsideBounds } from "./outside-bounds.ts";
import { roundingStep } from "./rounding-step.ts";
import { saturation } from "./saturated-activation.ts";
import { stationary } from "./stationary-point.ts";
import { zeroFactorCause } from "./zero-factor.ts";

/** Titles of the causes by the way in which an op stops a gradient. */
export const stopTitles: Readonly<Record<GradientStop, string>> = {
  rectifier: deadRelu.title,
  saturation: saturation.title,
  bounds: outsideBounds.title,
  choice: notChosen.title,
  step: roundingStep.title,
  mask: allDropped.title,
  product: zeroFactorCause.title,
  underflow: underflow.title,
  normalization: normalizedConstant.title,
};

export const zeroCauses: readonly Cause<GradientCase>[] = [
  deadRelu,
  saturation,
  outsideBounds,
  notChosen,
  onlyPadding,
  nothingSelected,
  roundingStep,
  allDropped,
  zeroFactorCause,
  underflow,
  normalizedConstant,
  stationary,
  cancels,
  noSlope,
];
