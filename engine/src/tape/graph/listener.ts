/**
 * Listeners to the tape: recording and the backward walk tell them of each op, node and walk. Everything that observes the tape, such as anomaly mode
 * and the inspector, is a listener in a file of its own. A method that no listener has costs the hot path one check.
 */
import { ambient, during } from "../../platform/ambient.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HookHandle } from "./hooks.ts";
import type { Node } from "./node.ts";
import type { TapeOp } from "./op.ts";

/** Gradients by position; `null` for a position without one. */
type Cotangents = readonly (Tensor | null)[];

/** A backward walk, as listeners see it. */
export interface WalkInfo {
  readonly number: number;
  /** The nodes that lead to a target of the walk; `null` when all nodes do. */
  readonly wanted: ReadonlySet<Node> | null;
  /** Whether gradients are accumulated in leaves, as by `backward`, and not returned, as by `grad`. */
  readonly accumulates: boolean;
  /** Whether the walk itself is recorded. */
  readonly createGraph: boolean;
  /** The walk whose hooks or rules run this one; `null` for an outermost walk. */
  readonly outer: WalkInfo | null;
}

/**
 * A listener to the tape. Its methods run within recording and the walk, so they must be fast, and those that call functions of the program call them
 * within `runUserCode`. An error that one throws ends the program's call.
 */
export interface TapeListener {
  /** Called after an op ran and before it is recorded; `recorded` says whether it will be, because a gradient is needed. */
  opRan?(
    op: TapeOp<unknown>,
    inputs: readonly Tensor[],
    params: unknown,
    outputs: readonly Tensor[],
    recorded: boolean,
  ): void;
  /** Called after an op was recorded. A returned list replaces the outputs that the program gets; those of a custom op stay. */
  opRecorded?(node: Node, inputs: readonly Tensor[], outputs: readonly Tensor[]): readonly Tensor[] | undefined | void;
  /** Called after a node was recorded whose depth is a multiple of `depthStep`, from `firstDepth` on: so rarely that it can always be listened to. */
  graphDeepened?(node: Node): void;
  /** Called before an op in place copies the elements of `from` to `to`. */
  overwriting?(to: Tensor, from: Tensor): void;
  /** Called with the cotangents of a node's outputs before its gradient rule is applied. May replace them; with none left, the walk does not go on from the node. */
  cotangentsFormed?(node: Node, cotangents: (Tensor | null)[]): void;
  /** Called with the contributions that a node's rule computed, before the node's hooks see them. */
  ruleApplied?(node: Node, cotangents: Cotangents, contributions: Cotangents): void;
  /** Returns whether `nodeVisited` is called for the node: the walk cannot free the cotangents of such a node early. */
  wantsVisit?(node: Node): boolean;
  /** Called after a node's contributions were delivered to its inputs. The listener may keep both lists. */
  nodeVisited?(node: Node, cotangents: Cotangents, contributions: Cotangents): void;
  /** Called before a walk visits its first node. */
  walkBegan?(walk: WalkInfo): void;
  /** Called when a walk is over. `completed` is false after an error, or when the program was terminated; then it may be called again. */
  walkEnded?(walk: WalkInfo, completed: boolean): void;
}

/** Depths for which `graphDeepened` is called. */
export const firstDepth = 48;
export const depthStep = 16;

/** The listeners, by the method that they have. */
interface Table {
  readonly all: readonly TapeListener[];
  readonly opRan: readonly TapeListener[];
  readonly opRecorded: readonly TapeListener[];
  /** Whether there is any of the two kinds above. */
  readonly toOps: boolean;
  readonly graphDeepened: readonly TapeListener[];
  readonly overwriting: readonly TapeListener[];
  readonly cotangentsFormed: readonly TapeListener[];
  readonly ruleApplied: readonly TapeListener[];
  readonly nodeVisited: readonly TapeListener[];
  readonly walkBegan: readonly TapeListener[];
  readonly walkEnded: readonly TapeListener[];
}

function tableOf(listeners: readonly TapeListener[]): Table {
  const all = [...new Set(listeners)];
  const having = (method: keyof TapeListener): readonly TapeListener[] => all.filter((l) => l[method] !== undefined);
  const opRan = having("opRan");
  const opRecorded = having("opRecorded");
  return {
    all,
    opRan,
    opRecorded,
    toOps: opRan.length > 0 || opRecorded.length > 0,
    graphDeepened: having("graphDeepened"),
    overwriting: having("overwriting"),
    cotangentsFormed: having("cotangentsFormed"),
    ruleApplied: having("ruleApplied"),
    nodeVisited: having("nodeVisited"),
    walkBegan: having("walkBegan"),
    walkEnded: having("walkEnded"),
  };
}

/** Listeners that stay until they are removed, also when the program is terminated. */
let lasting: readonly TapeListener[] = [];

/** All listeners by method, and those that listen to the bodies that run, innermost last. */
const current = ambient(() => ({ within: [] as readonly TapeListener[], ...tableOf(lasting) }));

/** The listeners that are told now. */
export const listeners: Table = current;

/** Whether the listener is registered, or a body runs that it listens to. */
export const isListening = (listener: TapeListener): boolean => current.all.includes(listener);

function update(within: readonly TapeListener[]): void {
  Object.assign(current, { within, ...tableOf([...lasting, ...within]) });
}

/** Registers a listener until it is removed. */
export function listen(listener: TapeListener): HookHandle {
  lasting = [...lasting, listener];
  update(current.within);
  return { remove: () => unlisten(listener) };
}

/** Removes a listener, also from the bodies that run. */
export function unlisten(listener: TapeListener): void {
  lasting = lasting.filter((l) => l !== listener);
  update(current.within.filter((l) => l !== listener));
}

/** Runs `body` while the listener is told; an async body until its promise settles. */
export function listenDuring<T>(listener: TapeListener, body: () => T): T {
  update([...current.within, listener]);
  return during(body, () => {
    const at = current.within.lastIndexOf(listener);
    if (at >= 0) update(current.within.toSpliced(at, 1));
  });
}

/* Notifications: loops over lists that are empty as a rule. */

/** Notifies listeners of an op that ran. */
export function notifyOpRan(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: readonly Tensor[],
  recorded: boolean,
): void {
  for (const l of current.opRan) l.opRan?.(op, inputs, params, outputs, recorded);
}

/** Notifies listeners of a node that was recorded. Returns its outputs, or the tensors that listeners put in their place. */
export function notifyOpRecorded(node: Node, inputs: readonly Tensor[], outputs: readonly Tensor[]): readonly Tensor[] {
  let result = outputs;
  for (const l of current.opRecorded) result = l.opRecorded?.(node, inputs, result) ?? result;
  return result;
}

/** Notifies listeners of a node that is deep in the graph, at the depths that they are told of. */
export function notifyDepth(node: Node): void {
  if (node.depth < firstDepth || node.depth % depthStep !== 0) return;
  for (const l of current.graphDeepened) l.graphDeepened?.(node);
}

/** Notifies listeners before `to` gets the elements of `from`. */
export function notifyOverwriting(to: Tensor, from: Tensor): void {
  for (const l of current.overwriting) l.overwriting?.(to, from);
}

/** Notifies listeners of the cotangents of a node's outputs, which they may replace. Returns whether any are left. */
export function notifyCotangents(node: Node, cotangents: (Tensor | null)[]): boolean {
  if (current.cotangentsFormed.length === 0) return true;
  for (const l of current.cotangentsFormed) l.cotangentsFormed?.(node, cotangents);
  return cotangents.some((g) => g !== null);
}

/** Notifies listeners of the contributions that a node's rule computed. */
export function notifyRuleApplied(node: Node, cotangents: Cotangents, contributions: Cotangents): void {
  for (const l of current.ruleApplied) l.ruleApplied?.(node, cotangents, contributions);
}

/** Whether a listener wants to be notified when the walk has visited the node. */
export function isVisitWanted(node: Node): boolean {
  const { nodeVisited } = current;
  for (let i = 0; i < nodeVisited.length; i++) if (nodeVisited[i].wantsVisit?.(node) === true) return true;
  return false;
}

/** Notifies the listeners that want it of a node that the walk has visited. */
export function notifyVisited(node: Node, cotangents: Cotangents, contributions: Cotangents): void {
  for (const l of current.nodeVisited)
    if (l.wantsVisit?.(node) === true) l.nodeVisited?.(node, cotangents, contributions);
}

/** Notifies listeners of a walk that begins. */
export function notifyWalkBegan(walk: WalkInfo): void {
  for (const l of current.walkBegan) l.walkBegan?.(walk);
}

/** Notifies listeners of a walk that is over. */
export function notifyWalkEnded(walk: WalkInfo, completed: boolean): void {
  for (const l of current.walkEnded) l.walkEnded?.(walk, completed);
}
