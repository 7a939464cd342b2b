/** The causes of a gradient that is null. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { beforeBackward } from "./before-backward.ts";
import { cleared } from "./cleared.ts";
import { constantLoss } from "./constant-loss.ts";
import { copied } from "./copied.ts";
import { detached } from "./detached.ts";
import { interruptedWalk } from "./interrupted.ts";
import { noDerivative } from "./no-derivative.ts";
import { noGradResult } from "./no-grad.ts";
import { notAccumulated } from "./not-accumulated.ts";
import { notRequired } from "./not-required.ts";
import { notRetained } from "./not-retained.ts";
import { overwritten } from "./overwritten.ts";
import { roundTrip } from "./round-trip.ts";
import { ruleGaveNull } from "./rule-gave-null.ts";
import { unused } from "./unused.ts";

export const nullCauses: readonly Cause<GradientCase>[] = [
  detached,
  roundTrip,
  copied,
  noGradResult,
  noDerivative,
  notRequired,
  constantLoss,
  unused,
  notRetained,
  overwritten,
  cleared,
  notAccumulated,
  interruptedWalk,
  beforeBackward,
  ruleGaveNull,
];
