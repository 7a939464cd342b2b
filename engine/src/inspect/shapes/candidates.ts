/** Changes of a failed call that may make it run: of its tensors, of its other arguments, or of the module's sizes. */
import type { DType } from "../../tensor/dtype.ts";
import { dimCandidates, exchanged, newTensor, requestedShapes } from "./argument-candidates.ts";
import { type CallContext, type Candidate, editCandidate } from "./candidate.ts";
import type { Clash } from "./dims.ts";
import { type Cut, castEdits, cutEdits, type Edit, rowsOf, shapeEdits } from "./edits.ts";
import { moduleCandidates, sizeCandidates } from "./size-candidates.ts";

/** Returns a size by which the shape that the other side of a clash has can be made. */
function clashEdits({ call }: CallContext, { a, b }: Clash): (readonly [operand: number, edit: Edit])[] {
  const edits: (readonly [number, Edit])[] = [];
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const x = call.operands[one.operand]?.tensor;
    const z = call.operands[other.operand]?.tensor;
    if (x === undefined || z === undefined || call.operands[one.operand].slot.kind === "field") continue;
    const need = z.shape[other.dim];
    if (one.dim === x.ndim - 1) for (const edit of rowsOf(x, need)) edits.push([one.operand, edit]);
  }
  return edits;
}

/** Returns the candidates for an error of shapes. */
function shapeCandidates(context: CallContext): Candidate[] {
  const { call, reason } = context;
  const inputs = call.operands.flatMap((o, i) => (o.slot.kind === "field" ? [] : [i]));
  return [
    ...inputs.flatMap((i) => shapeEdits(call.operands[i].tensor).map((edit) => editCandidate(context, i, edit))),
    ...reason.clashes.flatMap((clash) =>
      clashEdits(context, clash).map(([i, edit]) => editCandidate(context, i, edit)),
    ),
    ...cutCandidates(context),
    ...sizeCandidates(context),
    ...moduleCandidates(context),
    ...exchanged(context),
    ...dimCandidates(context),
    ...requestedShapes(context),
    ...newTensor(context),
    ...dtypeCandidates(context).map((c) => ({ ...c, cost: c.cost + 4 })),
  ];
}

/** Returns the tensors cut to the sizes of those that they do not agree with. */
function cutCandidates(context: CallContext): Candidate[] {
  const { call, reason } = context;
  if (reason.comparison === "names") return [];
  const cuts = new Map<number, Cut[]>();
  for (const { a, b } of reason.clashes)
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const size = call.operands[other.operand]?.tensor.shape[other.dim];
      if (size !== undefined && call.operands[one.operand] !== undefined)
        cuts.set(one.operand, [...(cuts.get(one.operand) ?? []), [one.dim, size]]);
    }
  return [...cuts].flatMap(([i, list]) =>
    cutEdits(call.operands[i].tensor, list).map((edit) => editCandidate(context, i, edit)),
  );
}

const floats: readonly DType[] = ["float32", "float64", "int64", "bool"];

/** Returns the casts of each operand, and those of all inputs to the dtype of one. */
function dtypeCandidates(context: CallContext): Candidate[] {
  const { call } = context;
  const present = [...new Set(call.operands.map((o) => o.tensor.dtype))];
  const dtypes = [...new Set([...present, ...floats])];
  const inputs = call.operands.flatMap((o, i) => (o.slot.kind === "field" ? [] : [i]));
  const single = inputs.flatMap((i) =>
    castEdits(call.operands[i].tensor, dtypes).map((e) => editCandidate(context, i, e)),
  );
  return single.map((c) => ({ ...c, cost: c.cost + (context.reason.wrongDTypes.includes(c.operand) ? 0 : 3) }));
}

/** Whether the error is about the elements of a tensor of indices, which a trial without computing does not read. */
function readsIndices({ call }: CallContext): boolean {
  const rank = Math.max(call.operands[0]?.tensor.ndim ?? 0, 1);
  const dim = call.position("dim");
  const isDimRefused = dim !== null && (dim >= rank || dim < -rank);
  return !isDimRefused && call.operands.slice(1).some((o) => o.tensor.dtype.startsWith("int"));
}

/** Returns the candidates for an error. */
export function candidatesOf(context: CallContext): Candidate[] {
  const { kind } = context.reason;
  const all =
    kind === "dtype"
      ? dtypeCandidates(context)
      : kind === "elements"
        ? [...requestedShapes(context), ...contiguousCandidates(context)]
        : kind === "shape"
          ? shapeCandidates(context)
          : readsIndices(context)
            ? []
            : dimCandidates(context);
  return all.toSorted((a, b) => a.cost - b.cost);
}

/** Returns `reshape` in place of a view that cannot be. */
function contiguousCandidates(context: CallContext): Candidate[] {
  const x = context.call.operands[0]?.tensor;
  if (x === undefined || x.isContiguous()) return [];
  const contiguous: Edit = { suffix: ".contiguous()", make: (t) => t.contiguous(), cost: 2, warning: null };
  return [editCandidate(context, 0, contiguous)];
}
