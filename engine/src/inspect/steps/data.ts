/** Encodes the steps of a pass as the JSON that a notebook stores. */
import type { GradientState, PassState, StepCounts, StepDetail, StepsData } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { isOutputChanged, keepsTensors } from "../../tape/graph/watched.ts";
import { wasInterrupted } from "../../tape/watch/interrupted.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";
import type { NodeFacts } from "../tape/findings.ts";
import { encodeFacts, factsFrom } from "../tape/rows.ts";
import { encodeDetail, encodeStepTensor, withPictures, withStatistics } from "./detail.ts";
import type { StepLog } from "./log.ts";

/** The limits of what is stored. */
interface Limits {
  readonly rows: number;
  /** Characters of the rows, and of the whole. */
  readonly rowsLength: number;
  readonly length: number;
}

/** The limits of a saved output, and of an update while a pass runs. */
export const savedLimits: Readonly<Limits> = { rows: 3000, rowsLength: 150_000, length: 250_000 };
export const liveLimits: Readonly<Limits> = { rows: 60, rowsLength: 16_000, length: 30_000 };

/** A pass to encode. */
export interface Pass {
  readonly roots: readonly Tensor[];
  readonly log: StepLog;
  readonly state: PassState;
  /** The steps that have been taken: of the forward pass, and then of the backward pass. */
  readonly taken: StepCounts;
}

/** Encodes a pass within limits. Where not all rows fit, those around the current step are stored, and else the last ones. */
export function encodeSteps(pass: Pass, limits: Limits = savedLimits): StepsData {
  const { nodes, steps } = pass.log;
  let range = rangeAround(pass, limits.rows);
  let rows = encodeRange(pass, range);
  const length = JSON.stringify(rows.data).length;
  if (length > limits.rowsLength) {
    range = rangeAround(pass, Math.max(Math.floor(((range[1] - range[0]) * limits.rowsLength) / length), 1));
    rows = encodeRange(pass, range);
  }
  const shown = nodes.slice(...range);
  const rowOf = new Map(shown.map((node, i) => [node, i]));
  const stored = steps.filter((step) => rowOf.has(step.node));
  const before = stored.length === 0 ? 0 : stored[0].index - 1;
  const forward = Math.min(Math.max(pass.taken.forward - range[0], 0), shown.length);
  const backward = Math.min(Math.max(pass.taken.backward - before, 0), stored.length);
  const data: StepsData = {
    schema: 1,
    tape: { ...rows.data, totals: { ...rows.data.totals, omitted: range[0] } },
    names: shown.map(nameOfOutput(pass.roots)),
    backward: stored.map((step) => rowOf.get(step.node) ?? 0),
    details: shown.map(() => null),
    leaves: encodeLeaves(rows.leaves, shown),
    pass: pass.state,
    position: forward + backward,
    totals: {
      forward: nodes.length,
      backward: pass.state === "complete" || pass.state === "notKept" ? steps.length : nodes.length,
    },
    skipped: { forward: range[0], backward: before },
    withoutDetails: 0,
  };
  return { ...data, ...encodeDetails(pass, shown, limits.length - JSON.stringify(data).length) };
}

/** Returns the node of the last step that was taken; `null` at the end of a pass, which is complete. */
function currentNode({ log: { nodes, steps }, state, taken }: Pass): Node | null {
  if (taken.backward > 0) return state === "complete" ? null : steps[taken.backward - 1].node;
  return taken.forward === nodes.length ? null : nodes[Math.max(taken.forward - 1, 0)];
}

/** Returns the range of rows that is stored. */
function rangeAround(pass: Pass, most: number): [from: number, to: number] {
  const { nodes } = pass.log;
  const n = nodes.length;
  const node = currentNode(pass);
  if (n <= most) return [0, n];
  const to = node === null ? n : Math.min(Math.max(nodes.indexOf(node) + Math.ceil(most / 2), most), n);
  return [to - most, to];
}

/** Returns the state of a gradient that is not known. */
function absentState({ roots, state }: Pass): GradientState {
  if (state === "notRun") return "notRunYet";
  if (state === "part") return roots.some((t) => wasInterrupted(t.gradFn)) ? "interrupted" : "notRunYet";
  return state === "notKept" ? "notRetained" : "notReached";
}

function encodeRange(pass: Pass, [from, to]: readonly [number, number]): ReturnType<typeof encodeFacts> {
  const { roots, log } = pass;
  const absent = absentState(pass);
  const facts = (node: Node): NodeFacts => {
    const step = log.stepOf.get(node);
    const value = valueOf(roots, node);
    return factsFrom(
      value === "changed" ? null : value,
      step?.upstream[0] ?? null,
      step === undefined && absent === "notReached" && node.ran ? "notRetained" : absent,
    );
  };
  return encodeFacts(roots, log.nodes.slice(from, to), log.nodes.length, facts);
}

/** Returns the first output of a node, where it is still known and has not been changed in place. */
function valueOf(roots: readonly Tensor[], node: Node): Tensor | "changed" | null {
  const { watched } = node;
  if (keepsTensors(watched)) return isOutputChanged(watched) ? "changed" : watched.outputs[0];
  return roots.find((t) => t.source?.node === node && t.source.index === 0) ?? null;
}

/** Returns a function that finds the name of a node's first output. */
const nameOfOutput =
  (roots: readonly Tensor[]) =>
  (node: Node): string | null => {
    const t = node.watched?.outputs[0] ?? roots.find((r) => r.source?.node === node) ?? null;
    return t === null ? null : nameOf(t);
  };

/** Characters of the statistics of a row, which are reserved for the rows that get no pictures; they take at most half of the room. */
const statisticsLength = 700;
/** Leaves up to which their pictures are stored. */
const maxLeafPictures = 60;

/** Encodes the numbers of the rows: with pictures those near the current step, then statistics, as long as there is room. */
function encodeDetails(
  pass: Pass,
  nodes: readonly Node[],
  length: number,
): Pick<StepsData, "details" | "withoutDetails"> {
  const { roots, log } = pass;
  let left = length;
  const details = nodes.map((): StepDetail | null => null);
  const encode = (i: number, extent: typeof withPictures): readonly [detail: StepDetail, size: number] => {
    const value = valueOf(roots, nodes[i]);
    const encoded = value === null || value === "changed" ? value : encodeStepTensor(value, extent);
    const detail = encodeDetail(log.stepOf.get(nodes[i]) ?? null, encoded, extent);
    return [detail, JSON.stringify(detail).length];
  };
  let waiting = nodes.length;
  let without = 0;
  for (const i of byDistance(nodes, currentNode(pass))) {
    const reserve = Math.min(--waiting * statisticsLength, length / 2);
    let [detail, size] = left > reserve ? encode(i, withPictures) : [null, 0];
    if (detail === null || size > left - reserve) {
      without++;
      [detail, size] = left > 0 ? encode(i, withStatistics) : [null, 0];
      if (size > left) [detail, size] = [null, left];
    }
    left -= size;
    details[i] = detail;
  }
  return { details, withoutDetails: without };
}

/** Encodes the values of the leaves. One whose storage has another version than when a node read it has been changed in place. */
function encodeLeaves(leaves: readonly (Tensor | null)[], nodes: readonly Node[]): StepsData["leaves"] {
  const extent = leaves.length > maxLeafPictures ? withStatistics : withPictures;
  const changed = new Set<Tensor>();
  for (const { watched } of nodes)
    watched?.inputs.forEach((t, i) => {
      if (watched.versions[i] !== t.storage.version) changed.add(t);
    });
  return leaves.map((t) => (t === null ? null : changed.has(t) ? "changed" : encodeStepTensor(t, extent)));
}

/** Returns the rows by their distance from the one of the current step, or from the last one. */
function byDistance(nodes: readonly Node[], node: Node | null): number[] {
  const current = node === null ? nodes.length - 1 : nodes.indexOf(node);
  return [...nodes.keys()].sort((a, b) => Math.abs(a - current) - Math.abs(b - current));
}
