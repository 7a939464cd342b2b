/** Looks into a function whose gradient is wrong: for the op whose rule is wrong, its line, and the place where a value left the tape. */
import { checkRows } from "../../inspect/numerics/check.ts";
import { OperandFinder } from "../../inspect/numerics/operands.ts";
import { NodeRuns } from "../../inspect/numerics/runs.ts";
import { lineOf, lineOfNode, lineOfSite } from "../../inspect/shared/lines.ts";
import { nodesOf } from "../../inspect/tape/data.ts";
import type { CheckTape, NumericRow, PlaceLine } from "../../protocol/index.ts";
import { callSite, currentSite, withCallSites } from "../../tape/graph/call-site.ts";
import { listenDuring, type TapeListener } from "../../tape/graph/listener.ts";
import type { Node } from "../../tape/graph/node.ts";
import { watching } from "../../tape/watch/watch.ts";
import { type Cut, cutsIn } from "../../tensor/cut.ts";
import type { PendingSite } from "../../tensor/site.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isArray } from "./builtins.ts";
import { tapeOf } from "./picture.ts";

declare const performance: { now(): number };

/** The ops inside of a function whose gradient is wrong. */
export interface Examination {
  /** Name of the op whose rule is wrong; `null` if each rule is right. */
  readonly op: string | null;
  /** The line of the rule, or of the call of the op. */
  readonly at: PlaceLine | null;
  /** The way in which a value that depends on the inputs left the tape, such as `detach`, with its line; `null` for none. */
  readonly left: { readonly op: string; readonly at: PlaceLine | null } | null;
  /** The tape of the call; `null` where nothing was recorded. */
  readonly tape: CheckTape | null;
}

/** An examination in the process in which the ops ran. */
export interface LocalExamination extends Examination {
  /** The row and the node of the op whose rule is wrong. */
  readonly row: NumericRow | null;
  readonly node: Node | null;
}

/** Ops of the program that are checked, and the milliseconds after which no further one is. */
const maxChecked = 64;
const maxTime = 2000;

/** Returns the tensors of a result. */
const tensorsOf = (result: unknown): Tensor[] =>
  (isArray(result) ? (result as readonly unknown[]) : [result]).filter((x): x is Tensor => x instanceof Tensor);

/** Runs a function and checks the rule of each op of the program on its tape. `leaves` are its inputs. @throws what the function throws */
export function examine(run: () => unknown, leaves: readonly Tensor[]): LocalExamination {
  const outputs = tensorsOf(watching(run));
  const roots = outputs.filter((t) => t.gradFn !== null && !t.isLeaf);
  const nodes = roots.length === 0 ? [] : nodesOf(roots);
  const wrong = wrongOp(nodes);
  const cut = wrong === null ? cutOf(outputs, nodes, leaves) : null;
  const failing = wrong?.node ?? (cut === null ? null : cut.node);
  return {
    op: wrong?.row.op ?? null,
    row: wrong?.row ?? null,
    node: wrong?.node ?? null,
    at: wrong === null ? null : (ruleLine(wrong.node, wrong.index) ?? lineOfNode(wrong.node)),
    left: cut === null ? null : { op: cut.cut.op, at: lineOfSite(cut.cut.site) },
    tape: roots.length === 0 ? null : tapeOf(roots, (node) => node === failing),
  };
}

/** Returns the first op of the program whose rule is wrong. */
function wrongOp(
  nodes: readonly Node[],
): { readonly node: Node; readonly row: NumericRow; readonly index: number } | null {
  const finder = new OperandFinder();
  const end = performance.now() + maxTime;
  for (const node of nodes.filter(({ op }) => op.custom === true).slice(0, maxChecked)) {
    if (performance.now() > end) return null;
    const rows = checkRows(node, finder);
    const index = rows.findIndex(({ state }) => state === "wrong");
    if (index >= 0) return { node, row: rows[index], index };
  }
  return null;
}

/** The ways out of the tape that take the gradient of a result that has one. */
const isLoss = ({ kind, match }: Cut): boolean => kind !== "no-derivative" && match !== "count";

/** Returns the first place where a value that depends on the leaves left the tape, and the node that reads it. */
function cutOf(
  outputs: readonly Tensor[],
  nodes: readonly Node[],
  leaves: readonly Tensor[],
): { readonly cut: Cut; readonly node: Node | null } | null {
  const own = leaves.flatMap(({ accumulator }) => (accumulator === null ? [] : [accumulator.seq]));
  const find = (cut: Cut | null): Cut | undefined =>
    cutsIn(cut).find((c) => isLoss(c) && own.some((seq) => c.trail.leaves.has(seq)));
  for (const node of nodes) {
    const cut = find(node.cuts);
    if (cut !== undefined) return { cut, node };
  }
  const cut = outputs.flatMap((t) => find(t.cut) ?? [])[0];
  return cut === undefined ? null : { cut, node: null };
}

/** An op that a gradient rule called: its line, and its results. */
interface RuleCall {
  readonly site: PendingSite | null;
  readonly outputs: readonly Tensor[];
}

const isSamePlace = (a: PlaceLine | null, b: PlaceLine | null): boolean =>
  a !== null && b !== null && a.file === b.file && a.line === b.line && a.column === b.column;

/** Returns the line in the rule of an op that computed the gradient of one of the inputs that need one; `null` where it is not known. */
function ruleLine(node: Node, index: number): PlaceLine | null {
  const operands = new OperandFinder().of(node);
  if (operands.inputs === null) return null;
  let calls: RuleCall[] = [];
  let found: PlaceLine | null = null;
  const note = (outputs: readonly Tensor[]): void => {
    calls.push({ site: currentSite(), outputs });
  };
  const { inputs } = operands;
  try {
    withCallSites(() => {
      // ops of the engine itself, which has no line of the program inside of this call, are at this line
      const here = lineOf(callSite());
      const runs = new NodeRuns(node, inputs, false);
      const input = runs.differentiable[index];
      const listener: TapeListener = {
        opRecorded: (_node, _inputs, outputs) => note(outputs),
        opUnrecorded: (_op, _inputs, outputs) => note(outputs),
        cotangentsFormed: () => {
          calls = [];
        },
        ruleApplied: ({ op }, _cotangents, contributions) => {
          if (op.custom !== true || op.name !== node.op.name) return;
          const wanted = contributions[input];
          const lines = calls.flatMap(({ site, outputs }) => {
            const at = lineOf(site);
            return at === null || isSamePlace(at, here)
              ? []
              : [{ at, isWanted: wanted !== null && outputs.includes(wanted) }];
          });
          found = (lines.findLast(({ isWanted }) => isWanted) ?? lines.at(-1))?.at ?? null;
        },
      };
      const cotangents = runs.outputs().map((y) => y.detach());
      listenDuring(listener, () => runs.gradients(cotangents));
    });
  } catch {
    return null;
  }
  return found;
}
