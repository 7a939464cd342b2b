/** The cuts between a tensor and the loss: places where values that were computed from it left the tape, and came into the loss as constants. */
import type { Place } from "../../../protocol/index.ts";
import { lastWalk } from "../../../tape/backward/last-walk.ts";
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { type Cut, cutsIn, type Trail, type TrailStep } from "../../../tensor/cut.ts";
import type { Edge } from "../../../tensor/graph.ts";
import { readCuts } from "../../../tensor/reads.ts";
import { lineOfSite } from "../../shared/lines.ts";
import type { GradientCase } from "./case.ts";

/** A cut with the ops from the tensor to it. */
export interface CutPath {
  readonly cut: Cut;
  readonly path: readonly Place[];
  /** The cuts after it on the way to the loss. */
  readonly later: readonly Cut[];
}

/** Cuts that are followed one after the other. */
const maxCuts = 12;

/** Returns the number by which a trail knows an edge; `null` if the edge is not on it. Numbers of nodes, but not of leaves, are those of the step in which the trail was taken. */
function numberOn(trail: Trail, from: number, edge: Edge): number | null {
  const { seq, depth } = edge.node;
  if (depth === 0) return trail.leaves.has(seq) ? seq : null;
  const shifted = seq + trail.seq - from;
  return trail.steps.some((step) => step.seq === shifted && step.op === edge.node.op.name) ? shifted : null;
}

/** Returns the places from a node of a trail to its end, in the order of recording. */
function placesFrom(trail: Trail, start: number): Place[] {
  const steps = new Map(trail.steps.map((step) => [step.seq, step]));
  const next = new Map<number, number | null>([[trail.seq, null]]);
  const queue = [trail.seq];
  for (const seq of queue)
    for (const input of steps.get(seq)?.inputs ?? []) {
      if (next.has(input)) continue;
      next.set(input, seq);
      queue.push(input);
    }
  const places: Place[] = [];
  for (let seq = next.has(start) ? start : null; seq !== null; seq = next.get(seq) ?? null) {
    const step = steps.get(seq);
    if (step !== undefined) places.push(placeOfStep(step));
  }
  return places;
}

const placeOfStep = ({ op, scope, shape, site }: TrailStep): Place => ({
  op,
  scope,
  shape,
  at: lineOfSite(site),
  note: "",
});

/** Returns the place of a cut. */
export const placeOfCut = (cut: Cut): Place => ({
  op: cut.op,
  scope: "",
  shape: cut.shape,
  at: lineOfSite(cut.site),
  note: "leaves the tape",
});

/** Returns the cuts of a list through which values of `edge` went, those on the shortest way first. */
function pathsThrough(edge: Edge, cuts: readonly Cut[], later: readonly Cut[] = []): CutPath[] {
  if (later.length > maxCuts) return [];
  return cuts.flatMap((cut): CutPath[] => {
    const start = numberOn(cut.trail, cut.from, edge);
    if (start === null) return pathsThrough(edge, cut.trail.cuts, [cut, ...later]);
    return [{ cut, path: [...placesFrom(cut.trail, start), placeOfCut(cut), ...later.map(placeOfCut)], later }];
  });
}

/** Returns the cuts between the tensor and the loss, or without a loss those of the last backward walk. */
export function cutPaths({ edge, flow, lossCut }: GradientCase): CutPath[] {
  if (edge === null) return [];
  const cuts =
    flow !== null
      ? flow.nodes.flatMap((node) => cutsIn(node instanceof AccumulateGrad ? node.variable.cut : node.cuts))
      : lossCut !== null
        ? cutsIn(lossCut)
        : (lastWalk()?.trail.cuts ?? []);
  const found = pathsThrough(edge, [...new Set(cuts)]);
  const byPlace = new Map(
    found.map((f) => [`${f.cut.kind} ${f.cut.op} ${f.cut.trail.seq} ${JSON.stringify(f.cut.site)}`, f]),
  );
  return [...byPlace.values()].slice(0, maxCuts);
}

/** Returns the cuts of the tensor itself, which is off the tape. */
export const ownCuts = ({ tensor }: GradientCase): CutPath[] =>
  cutsIn(tensor.cut).map((cut) => ({
    cut,
    path: [...cut.trail.steps.slice(0, 4).toReversed().map(placeOfStep), placeOfCut(cut)],
    later: [],
  }));

/** Returns the paths to the values that were computed from the tensor and read as numbers last. */
export const readPaths = ({ edge }: GradientCase): CutPath[] => (edge === null ? [] : pathsThrough(edge, readCuts()));

/** Whether it is certain that values on the tape came into a tensor with these cuts. */
export const isOffTape = (cuts: Cut | null): boolean => cutsIn(cuts).some((cut) => cut.match !== "count");
