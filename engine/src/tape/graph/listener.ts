/**
 * Listeners to the tape: recording and the backward walk notify them of ops, nodes and walks. Everything that observes the tape, such as anomaly mode and
 * the inspector, is a listener in a file of its own. A notification for which there is no listener costs one check.
 */
import { ambient, during } from "../../platform/ambient.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HookHandle } from "./hooks.ts";
import type { Node } from "./node.ts";
import type { TapeOp } from "./op.ts";

/** Gradients by position; `null` for a position without one. */
type Cotangents = readonly (Tensor | null)[];

/** The properties of a backward walk for listeners. */
export interface WalkInfo {
  readonly number: number;
  /** The nodes from which a target of the walk is reachable; `null` if the targets are all leaves. */
  readonly wanted: ReadonlySet<Node> | null;
  /** Whether gradients are accumulated in leaves, as by `backward`, and not returned, as by `grad`. */
  readonly accumulates: boolean;
  /** Whether the walk itself is recorded. */
  readonly createGraph: boolean;
  /** The tensors from which the walk starts, such as the loss; without those that the program gave by their edges. */
  readonly outputs: readonly Tensor[];
  /** The walk in whose hook or rule this one runs; `null` for an outermost walk. */
  readonly outer: WalkInfo | null;
}

/**
 * A listener to the tape. Its methods run during recording and walks, so they have to be fast, and call functions of the program within `runUserCode` only. An
 * error that a method throws reaches the program.
 */
export interface TapeListener {
  /** Called after an op ran and before it is recorded. `recorded` is false if no gradient is needed, so that the op is not recorded. */
  opRan?(
    op: TapeOp<unknown>,
    inputs: readonly Tensor[],
    params: unknown,
    outputs: readonly Tensor[],
    recorded: boolean,
  ): void;
  /** Called after an op was recorded. A returned list replaces the outputs that the program gets. */
  opRecorded?(node: Node, inputs: readonly Tensor[], outputs: readonly Tensor[]): readonly Tensor[] | undefined | void;
  /** Called after an op ran that is not recorded, as no gradient is needed. A returned list replaces the outputs. */
  opUnrecorded?(
    op: TapeOp<unknown>,
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
    params: unknown,
  ): readonly Tensor[] | undefined | void;
  /** Called after a node was recorded whose depth is a multiple of `depthStep`, from `firstDepth` on: rarely enough for a listener that is always registered. */
  graphDeepened?(node: Node): void;
  /** Called before an op in place copies the elements of `from` to `to`. */
  overwriting?(to: Tensor, from: Tensor): void;
  /** Called with the cotangents of a node's outputs before its gradient rule is applied. May replace them in the list; if all are null, the rule is not applied. */
  cotangentsFormed?(node: Node, cotangents: (Tensor | null)[]): void;
  /** Called with the contributions that a node's gradient rule computed, before the hooks of the node. May replace them in the list. */
  ruleApplied?(node: Node, cotangents: Cotangents, contributions: (Tensor | null)[]): void;
  /** Called with the gradient of a leaf before it is accumulated. May replace it in the list; with `null`, nothing is accumulated. */
  leafReached?(node: Node, cotangents: (Tensor | null)[]): void;
  /** Returns whether `nodeVisited` is called for the node. The walk cannot free the cotangents of such a node early. */
  wantsVisit?(node: Node): boolean;
  /** Called after a node's contributions were delivered to its inputs. The listener may keep both lists. */
  nodeVisited?(node: Node, cotangents: Cotangents, contributions: Cotangents): void;
  /** Called before a walk visits its first node. */
  walkBegan?(walk: WalkInfo): void;
  /** Called when a walk is over. `completed` is false after an error, or when the program was terminated; then it may be called again. */
  walkEnded?(walk: WalkInfo, completed: boolean): void;
}

/** The smallest depth for which `graphDeepened` is called. */
export const firstDepth = 48;
/** The distance between the depths for which `graphDeepened` is called. */
export const depthStep = 16;

/** The registered listeners, by the methods that they have. */
interface Table {
  readonly all: readonly TapeListener[];
  readonly opRan: readonly TapeListener[];
  readonly opRecorded: readonly TapeListener[];
  readonly opUnrecorded: readonly TapeListener[];
  /** Whether any listener has one of the three methods above. */
  readonly hasOpListeners: boolean;
  readonly graphDeepened: readonly TapeListener[];
  readonly overwriting: readonly TapeListener[];
  readonly cotangentsFormed: readonly TapeListener[];
  readonly ruleApplied: readonly TapeListener[];
  readonly leafReached: readonly TapeListener[];
  readonly nodeVisited: readonly TapeListener[];
  readonly walkBegan: readonly TapeListener[];
  readonly walkEnded: readonly TapeListener[];
}

function tableOf(listeners: readonly TapeListener[]): Table {
  const all = [...new Set(listeners)];
  const having = (method: keyof TapeListener): readonly TapeListener[] => all.filter((l) => l[method] !== undefined);
  const opRan = having("opRan");
  const opRecorded = having("opRecorded");
  const opUnrecorded = having("opUnrecorded");
  return {
    all,
    opRan,
    opRecorded,
    opUnrecorded,
    hasOpListeners: opRan.length + opRecorded.length + opUnrecorded.length > 0,
    graphDeepened: having("graphDeepened"),
    overwriting: having("overwriting"),
    cotangentsFormed: having("cotangentsFormed"),
    ruleApplied: having("ruleApplied"),
    leafReached: having("leafReached"),
    nodeVisited: having("nodeVisited"),
    walkBegan: having("walkBegan"),
    walkEnded: having("walkEnded"),
  };
}

/** Listeners that are registered until they are removed, also when the program is terminated. */
let lasting: readonly TapeListener[] = [];

/** All listeners by method, and those of the bodies that run, innermost last. */
const current = ambient(() => ({ within: [] as readonly TapeListener[], ...tableOf(lasting) }));

/** The listeners that are registered now. */
export const listeners: Table = current;

/** Whether the listener is registered now. */
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

/** Removes a listener, also one of a body that runs. */
export function unlisten(listener: TapeListener): void {
  lasting = lasting.filter((l) => l !== listener);
  update(current.within.filter((l) => l !== listener));
}

/** Runs `body` with the listener registered; an async body until its promise settles. */
export function listenDuring<T>(listener: TapeListener, body: () => T): T {
  update([...current.within, listener]);
  return during(body, () => {
    const at = current.within.lastIndexOf(listener);
    if (at >= 0) update(current.within.toSpliced(at, 1));
  });
}

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

/** Notifies listeners of an op that is not recorded. Returns its outputs, or the tensors that listeners put in their place. */
export function notifyOpUnrecorded(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  params: unknown,
): readonly Tensor[] {
  let result = outputs;
  for (const l of current.opUnrecorded) result = l.opUnrecorded?.(op, inputs, result, params) ?? result;
  return result;
}

/** Notifies listeners of a deep node, at the depths above. */
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
export function notifyRuleApplied(node: Node, cotangents: Cotangents, contributions: (Tensor | null)[]): void {
  for (const l of current.ruleApplied) l.ruleApplied?.(node, cotangents, contributions);
}

/** Notifies listeners of the gradient of a leaf, which they may replace. */
export function notifyLeafReached(node: Node, cotangents: (Tensor | null)[]): void {
  for (const l of current.leafReached) l.leafReached?.(node, cotangents);
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
