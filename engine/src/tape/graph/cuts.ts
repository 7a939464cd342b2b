/** Notes where values leave the tape: on the tensors that result, as they are off the tape. */

import { Cut, type CutKind, type Trail, together } from "../../tensor/cut.ts";
import { isFloating } from "../../tensor/dtype.ts";
import type { Edge } from "../../tensor/graph.ts";
import { noteRead, readWith } from "../../tensor/reads.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Site } from "../../tensor/site.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { capturesSites, siteOfCut } from "./call-site.ts";
import { isGradEnabled, notesCuts } from "./mode.ts";
import { recordedEdge } from "./node.ts";
import type { TapeOp } from "./op.ts";
import { trailOf } from "./trail.ts";

/** Returns the cut of the value at an edge. */
export function cutAt(kind: CutKind, op: string, edge: Edge, shape: Shape): Cut {
  const trail = trailOf(edge);
  const { own } = trail;
  if (own !== null && !capturesSites()) {
    const known = own.get(op);
    if (known !== undefined && known.kind === kind) return known;
  }
  const cut = new Cut(kind, op, shape, edge.node.seq, trail, siteOn(trail, `${kind} ${op}`));
  // a leaf has the same number in each step
  own?.set(op, cut);
  return cut;
}

/** Returns the line at which a value leaves the tape, or else the first one at which a value of the trail did so in the same way. */
function siteOn({ sites }: Trail, key: string): Site | null {
  const site = siteOfCut() ?? sites.get(key) ?? null;
  if (site !== null && !sites.has(key)) sites.set(key, site);
  return site;
}

/** Returns the way in which operands leave the tape at an op that is not recorded. */
const kindOf = (op: TapeOp<unknown>): CutKind => (op.vjp === "none" && isGradEnabled() ? "no-derivative" : "no-grad");

/** Returns the cuts of the operands of an op that was not recorded; `null` if none is on the tape or has come from it. */
function cutOfOperands(op: TapeOp<unknown>, inputs: readonly Tensor[]): Cut | null {
  let cut: Cut | null = null;
  // what has come from the tape before, which often knows the leaves already
  for (let i = 0; i < inputs.length; i++)
    if (inputs[i].cut !== null && !inputs[i].requiresGrad) cut = together(cut, inputs[i].cut);
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i];
    const edge = recordedEdge(x);
    if (edge === null || (cut !== null && edge === x.accumulator && cut.has(trailOf(edge)))) continue;
    cut = together(cut, cutAt(kindOf(op), op.name, edge, x.shape));
  }
  return cut;
}

/** Notes on the output of an op that was not recorded which values on the tape it was computed from. */
export function noteUnrecordedOne(op: TapeOp<unknown>, inputs: readonly Tensor[], y: Tensor): void {
  const cut = cutOfOperands(op, inputs);
  if (cut !== null && y.cut === null) y.cut = cut;
}

/** Notes the same on several outputs. */
export function noteUnrecorded(op: TapeOp<unknown>, inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
  const cut = cutOfOperands(op, inputs);
  if (cut !== null) for (const y of outputs) if (y.cut === null) y.cut = cut;
}

/** Notes on a result without gradients, such as an index, that a recorded op computed it. */
export function noteWithoutGradient(y: Tensor, edge: Edge): void {
  if (notesCuts()) y.cut = cutAt("no-derivative", edge.node.op.name, edge, y.shape);
}

/** Notes on `y` that it is made of `x`, which may be on the tape. */
export function noteMadeOf(y: Tensor, x: Tensor, kind: CutKind, op: string): void {
  if (!notesCuts()) return;
  const edge = x.requiresGrad ? recordedEdge(x) : null;
  y.cut = edge === null ? x.cut : cutAt(kind, op, edge, x.shape);
}

/** Notes that the program read the elements of `x`, if they come from the tape. */
export function noteElementsRead(x: Tensor, op: string): void {
  if (!notesCuts() || !isFloating(x.dtype) || x.storage.isBatched) return;
  const edge = x.requiresGrad ? recordedEdge(x) : null;
  const cut = edge === null ? x.cut : cutAt("array", op, edge, x.shape);
  if (cut !== null) noteRead(cut, contiguousArray(x));
}

/** Notes on a tensor that was made of plain data that the data was read from a value on the tape. */
export function noteMadeOfData(y: Tensor, data: ArrayLike<unknown>): void {
  if (notesCuts() && isFloating(y.dtype)) y.cut = readWith(data);
}
