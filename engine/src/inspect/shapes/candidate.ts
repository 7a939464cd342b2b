/** Candidates: changes that may make a failed call run, and those that edit one operand. */
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { BoundCall, Change, Operand } from "./bound-call.ts";
import { asReceiver, type CallText } from "./call-text.ts";
import { codeOf } from "./code.ts";
import type { Edit } from "./edits.ts";
import type { Reason } from "./parts.ts";

/** A change that may make the call run. */
export interface Candidate {
  /** Returns the values that replace others; called in a dry run, unless `computes`. */
  readonly changes: () => readonly Change[];
  readonly computes?: boolean;
  readonly code: string;
  readonly cost: number;
  readonly warning: string | null;
  /** Changes with one key lead to the same call; only the first that fits is shown. */
  readonly key: string;
  /** The operand that is changed, and its shape after the change; -1 for other changes. */
  readonly operand: number;
}

/** The failed call, with everything that candidates are made of. */
export interface CallContext {
  readonly call: BoundCall;
  readonly reason: Reason;
  readonly names: readonly string[];
  readonly text: CallText | null;
  /** Code that made each operand, where it is known. */
  readonly origins: readonly string[];
}

/** Whether the call can be written in the program: a module that another one of the library calls cannot. */
const isWritten = ({ call, text }: CallContext): boolean => text !== null || call.module === null;

/** Returns the further cost of a change: where shapes broadcast, the larger operand is the one to be left alone. */
function placeCost({ call, reason }: CallContext, at: number): number {
  if (reason.comparison !== "broadcast") return 0;
  const sizes = call.operands.map((o) => o.tensor.numel());
  return sizes[at] === Math.max(...sizes) && sizes.some((n) => n < sizes[at]) ? 1.5 : 0;
}

/** Returns the warning of a flattened operand, unless an example has as many elements as are needed. */
function flattenWarning({ call, reason }: CallContext, at: number, edit: Edit): string | null {
  if (edit.suffix !== ".flatten(1)") return null;
  const features = sizeOf(call.operands[at].tensor.shape.slice(1));
  const isNeeded = reason.clashes.some(({ a, b }) =>
    [a, b].some(({ operand, dim }) => operand !== at && reason.parts[operand].shape[dim] === features),
  );
  return isNeeded ? null : "merges all dimensions but the first";
}

/** Returns the text of a changed operand: a reduction keeps its dimension instead of getting one back. */
function withSuffix(name: string, suffix: string, x: Tensor): string {
  const kept = /^\.unsqueeze\((\d+)\)$/.exec(suffix)?.[1];
  const { dims } = (x.gradFn?.params ?? {}) as { readonly dims?: readonly number[] };
  const inside = kept === undefined ? null : /^(.*\.(?:sum|mean|amax|amin|norm|std|var|prod)\()(-?\d+)\)$/.exec(name);
  if (inside !== null && (dims === undefined || String(dims) === kept))
    return `${inside[1]}${inside[2]}, { keepdim: true })`;
  return `${asReceiver(name)}${suffix}`;
}

/** Returns the warning of a transposed first operand, whose first dimension the op then sums over. */
function contractionWarning({ call, reason }: CallContext, at: number, edit: Edit): string | null {
  const { shape } = call.operands[at].tensor;
  const contracts = reason.comparison === "names" && /^\.t\(\)|\.transpose|\.permute/.test(edit.suffix);
  if (!contracts || at !== 0 || shape.length !== 2 || call.module !== null) return null;
  const keys = reason.named[0]?.named.find((d) => d.dim === 1)?.key;
  return keys !== undefined && reason.clashes.some((c) => c.a.operand === 0)
    ? `sums over the first dimension of ${reason.parts[0].name} (${shape[0]}), usually the batch`
    : null;
}

/** Returns the candidate of one edit of one operand. */
export function editCandidate(context: CallContext, at: number, edit: Edit): Candidate {
  const { call, names, text } = context;
  const operand: Operand = call.operands[at];
  const changedText = withSuffix(names[at], edit.suffix, operand.tensor);
  return {
    changes: () => [[operand.slot, edit.make(operand.tensor)]],
    computes: edit.computes === true,
    code: (isWritten(context) ? codeOf(call, text, names, [[operand.slot, changedText]]) : null) ?? changedText,
    cost: edit.cost + placeCost(context, at),
    warning: edit.warning ?? contractionWarning(context, at, edit) ?? flattenWarning(context, at, edit),
    key: `${at}${edit.suffix}`,
    operand: at,
  };
}
