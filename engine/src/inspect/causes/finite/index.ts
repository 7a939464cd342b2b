/** The causes of a gradient with NaN or infinity. */
import type { CauseFinding } from "../../../protocol/index.ts";
import type { BreakCause } from "../gradient/break-cause.ts";
import type { Broken } from "../gradient/broken.ts";
import type { Flow } from "../gradient/flow.ts";
import { domainEdge } from "./domain-edge.ts";
import { expOverflow } from "./exp-overflow.ts";
import { logOfZero } from "./log-of-zero.ts";
import { lostDifference } from "./lost-difference.ts";
import { maskedRow } from "./masked-row.ts";
import { notFiniteOperands } from "./not-finite-data.ts";
import { overflow } from "./overflow.ts";
import { powerAtZero } from "./power-at-zero.ts";
import { rootAtZero } from "./root-at-zero.ts";
import { vanishingVariance } from "./vanishing-variance.ts";
import { whereBranch } from "./where-branch.ts";
import { zeroDivisor } from "./zero-divisor.ts";

export const finiteCauses: readonly BreakCause[] = [
  whereBranch,
  logOfZero,
  rootAtZero,
  lostDifference,
  vanishingVariance,
  zeroDivisor,
  expOverflow,
  maskedRow,
  domainEdge,
  powerAtZero,
  notFiniteOperands,
  overflow,
];

/** Returns the cause of an op that broke, with its sentence and remedy. */
export function causeOfBroken(broken: Broken, flow: Flow): CauseFinding | null {
  const cause = finiteCauses.find((c) => c.applies(broken, flow));
  if (cause === undefined) return null;
  return {
    cause: cause.id,
    kind: "fault",
    share: 1,
    path: [],
    evidence: [],
    fix: cause.remedy,
    ...cause.describe(broken, flow),
  };
}
