/** Roles of ops in a training step, by their records, and of composite losses, by name. */
import type { Head, OpRole } from "../../../tape/graph/op.ts";
import type { Scope } from "../../../tape/graph/scope.ts";
import type { Call } from "./call.ts";

const heads: ReadonlySet<OpRole> = new Set<Head>(["softmax", "logSoftmax", "sigmoid", "logSigmoid", "tanh", "relu"]);

/** Roles of ops that multiply by weights. */
const affine: ReadonlySet<OpRole> = new Set<OpRole>(["affine", "product", "recurrent"]);

/** Composite ops that are losses of a prediction and a target. */
const losses: ReadonlySet<string> = new Set([
  "crossEntropy",
  "linearCrossEntropy",
  "nllLoss",
  "binaryCrossEntropy",
  "binaryCrossEntropyWithLogits",
  "mseLoss",
  "l1Loss",
  "smoothL1Loss",
  "huberLoss",
  "klDiv",
  "poissonNllLoss",
  "gaussianNllLoss",
  "softMarginLoss",
  "multiMarginLoss",
  "multilabelMarginLoss",
  "multilabelSoftMarginLoss",
  "hingeEmbeddingLoss",
  "marginRankingLoss",
  "cosineEmbeddingLoss",
  "tripletMarginLoss",
  "tripletMarginWithDistanceLoss",
  "ctcLoss",
]);

/** The names above, for the test that compares them with the registry. */
export const lossNames: readonly string[] = [...losses];

const isHead = (role: OpRole | undefined): role is Head => role !== undefined && heads.has(role);

/** Returns the role of an op at the head of a model; `null` for other ops. */
export const headOf = ({ op }: Call): Head | null => (isHead(op.role) ? op.role : null);

/** Whether an op only arranges elements anew, and keeps their values: views, copies and selections. */
export const isArranging = ({ op }: Call): boolean =>
  ("view" in op && op.role !== "repeat") || op.role === "copy" || op.role === "selection";

/** Whether an op multiplies by weights. */
export const isAffine = ({ op }: Call): boolean => op.role !== undefined && affine.has(op.role);

/** Returns the innermost loss in whose scope the op ran, such as `crossEntropy`; `null` outside of losses. */
export function lossScopeOf(call: Call): Scope | null {
  for (let s = call.scope; s !== null; s = s.parent) if (s.kind === "op" && losses.has(s.name)) return s;
  return null;
}

/** Returns the outermost composite op in which the op ran; `null` outside of any. */
export function compositeOf(call: Call): Scope | null {
  let found: Scope | null = null;
  for (let s = call.scope; s !== null && s.kind === "op"; s = s.parent) found = s;
  return found;
}
