/**
 * Tapes of earlier runs of cells. The host says when a run begins and ends; the last tape that backward walked in it, and those of the notebook's variables,
 * are kept for one more run of the cell, as long as their tensors fit into a budget.
 */
import { ambient } from "../../platform/ambient.ts";
import { listen } from "../../tape/graph/listener.ts";
import { Node, nextSequence } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import { keepsTensors } from "../../tape/graph/watched.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** A run of a cell. */
export interface CellRun {
  /** The front end's id of the cell. */
  readonly id: string;
  /** Execution count of the run. */
  readonly count: number;
}

interface Run extends CellRun {
  /** Sequence numbers of the nodes that were recorded in the run: from `first` on, and below `end`. */
  readonly first: number;
  end: number;
  /** Roots of the tapes that are kept, by the name of the variable; "" for the last one that backward walked. */
  readonly roots: Map<string, Node>;
  bytes: number;
}

/** Memory of the tensors that are kept, in bytes: of one run, and of all. */
const runBudget = 32e6;
const totalBudget = 64e6;
/** Number of nodes of a tape up to which it is kept. */
const maxNodes = 5000;

/** Runs of cells, the latest last: the latest of each cell, and the one before it whose tapes are kept. */
let runs: readonly Run[] = [];

/** Whether a walk has begun and visited no node yet. */
const current = ambient(() => ({ isWalkBeginning: false }));

/** Returns the memory of the watched tensors behind a node, and of the gradients that they have or will have; infinite beyond the limits. */
function bytesBehind(root: Node): number {
  let bytes = 0;
  let count = 0;
  for (const { watched } of reachable([root])) {
    for (const t of watched?.outputs ?? []) bytes += 2 * t.nbytes;
    if (++count > maxNodes || bytes > runBudget) return Infinity;
  }
  return bytes;
}

/** Keeps the tape of a node that was recorded in the run, if it fits. */
function keep(run: Run | undefined, name: string, node: Node): void {
  if (run === undefined || node.seq < run.first || node.seq >= run.end || !keepsTensors(node.watched)) return;
  const bytes = bytesBehind(node);
  if (bytes > runBudget) return;
  run.roots.set(name, node);
  run.bytes = Math.max(run.bytes, bytes);
}

// the root of an outermost walk is the first node that it visits
listen({
  walkBegan: ({ accumulates, outer }) => {
    current.isWalkBeginning = accumulates && outer === null;
  },
  wantsVisit: ({ watched }) => current.isWalkBeginning && keepsTensors(watched),
  nodeVisited(node) {
    current.isWalkBeginning = false;
    keep(runs.at(-1), "", node);
  },
});

/** Begins a run: of a cell, or of code that is no cell for `null`. */
export function beginRun(cell: CellRun | null): void {
  const first = nextSequence();
  const last = runs.at(-1);
  if (last !== undefined) last.end = Math.min(last.end, first);
  if (cell === null) return;
  const latest = new Map(runs.map((run) => [run.id, run]));
  latest.delete(cell.id);
  const before = runs.findLast(({ id, roots }) => id === cell.id && roots.size > 0);
  const kept = runs.filter(
    (run) => run === before || (run.id !== cell.id && (run.roots.size > 0 || run === latest.get(run.id))),
  );
  runs = [...kept, { ...cell, first, end: Infinity, roots: new Map(), bytes: 0 }];
  let bytes = kept.reduce((sum, run) => sum + run.bytes, 0);
  for (const run of kept) {
    if (bytes <= totalBudget) break;
    bytes -= run.bytes;
    run.roots.clear();
    run.bytes = 0;
  }
}

/** Ends a run: keeps the tapes of the notebook's variables. */
export function endRun(variables: Readonly<Record<string, unknown>>): void {
  const run = runs.at(-1);
  if (run === undefined || nextSequence() === run.first) return;
  for (const [name, value] of Object.entries(variables))
    if (value instanceof Tensor && value.gradFn instanceof Node) keep(run, name, value.gradFn);
}

/** A tape of an earlier run, and the counts of both runs. */
export interface Earlier {
  readonly root: Node;
  /** Name of the variable that held the result; `null` where none did. */
  readonly name: string | null;
  readonly count: number;
  readonly laterCount: number;
}

/** Returns the tape of the run before the one that recorded a node: of the variable with the same name, else the last one that backward walked. */
export function earlierTape(node: Node, name: string | null): Earlier | null {
  const run = runWith(node);
  const before = runs.findLast((other) => run !== undefined && other.id === run.id && other.first < run.first);
  if (run === undefined || before === undefined) return null;
  const { roots, count } = before;
  const entries = [...roots];
  const found = entries.find(([key]) => key === name) ?? entries.find(([key]) => key === "") ?? entries[0];
  if (found === undefined) return null;
  const [, root] = found;
  const variable = entries.find(([key, other]) => other === root && key !== "")?.[0] ?? null;
  return { root, name: variable, count, laterCount: run.count };
}

/** Returns the results of the tapes that are kept. */
export const keptRoots = (): Node[] => [...new Set(runs.flatMap(({ roots }) => [...roots.values()]))];

/** Returns the run that recorded a node; `null` for code that is no cell. */
export const runOf = (node: Node): CellRun | null => runWith(node) ?? null;

const runWith = ({ seq }: Node): Run | undefined => runs.findLast(({ first, end }) => seq >= first && seq < end);
