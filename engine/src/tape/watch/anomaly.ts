/**
 * Anomaly mode: an op whose result, or whose gradient rule, creates NaN from operands without NaN, or infinity from finite ones, throws an error that names
 * the line of the call. A result that needs no gradient may still be discarded, as by `where`; it is an error once an op that needs a gradient, or the
 * result of the body, has NaN from it.
 */
import { ambient, during } from "../../platform/ambient.ts";
import type { CauseFinding } from "../../protocol/index.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { placeText } from "../../tensor/site.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { currentWalk, rootOfWalk } from "../backward/current-walk.ts";
import { callSite } from "../graph/call-site.ts";
import { isListening, listen, listenDuring, type TapeListener, unlisten } from "../graph/listener.ts";
import { Node, recordedEdge } from "../graph/node.ts";
import type { TapeOp } from "../graph/op.ts";
import { inputName } from "../graph/saved.ts";
import { currentScope, scopePath } from "../graph/scope.ts";
import { watchedSite, watchedTensors } from "../graph/watched.ts";
import { elementText, operandsText, pathFrom, reasonText, scopeText } from "./anomaly-text.ts";
import { contents, contentsOf, createdIn, isFinite, type NonFinite } from "./finite.ts";

/** An op, or its gradient rule, that created NaN or infinity. */
export class AnomalyError extends Error {
  override readonly name: string = "AnomalyError";
  /** The name of the op. */
  readonly op: string;
  /** `"forward"` if the result of the op has the NaN or infinity, `"backward"` if its gradient rule computed it. */
  readonly direction: "forward" | "backward";
  /** The cause, as `explain` finds it; `null` where none is known. */
  finding: CauseFinding | null = null;
  constructor(op: string, direction: "forward" | "backward", message: string) {
    super(message);
    this.op = op;
    this.direction = direction;
  }
}

/** Returns the error with its cause, in the text too. */
function anomalyError(
  op: string,
  direction: AnomalyError["direction"],
  text: string,
  finding: CauseFinding | null,
): AnomalyError {
  const error = new AnomalyError(op, direction, `${text}${reasonText(finding)}`);
  error.finding = finding;
  return error;
}

/** An op that created NaN or infinity, with the tensors that are known then. */
export interface Anomaly {
  readonly direction: "forward" | "backward";
  /** The node of the op; one that leads nowhere where the op is not recorded. */
  readonly node: Node;
  /** The output, or the contribution to an input, that is not finite. */
  readonly bad: Tensor;
  /** The first cotangent of the op; `null` forward. */
  readonly cotangent: Tensor | null;
  /** The root of the walk; `null` forward. */
  readonly root: Edge | null;
}

let explainer: (anomaly: Anomaly) => CauseFinding | null = () => null;

/** Sets the function that finds the cause of an anomaly. */
export function setAnomalyExplainer(explain: typeof explainer): void {
  explainer = explain;
}

/** An anomaly in a result that needs no gradient. */
interface Deferred {
  readonly kind: NonFinite;
  /** Returns the error. Its text includes `outcome`, which says how the result was used. */
  readonly error: (outcome: string) => AnomalyError;
}

/** Deferred anomalies by storage, and whether an error is being described: saved tensors that hooks unpack are not checked then. */
const current = ambient(() => ({ deferred: new WeakMap<Storage, Deferred>(), describing: false }));

const anomalyListener: TapeListener = {
  opRan(op, inputs, params, outputs, recorded): void {
    // a view has the elements of its input, and rules are checked by their contributions
    if (!current.describing && !("view" in op) && currentWalk() === null)
      checkForward(op, inputs, params, outputs, recorded);
  },
  opRecorded(node, inputs, outputs): void {
    // whether a difference was lost to rounding shows in its operands, which no rule saves
    const isDifference = node.op.accumulation === "sum" && inputs.length === 2;
    node.watched ??= isDifference ? watchedTensors(callSite(), inputs, outputs) : watchedSite(callSite());
  },
  ruleApplied(node, cotangents, contributions): void {
    if (!current.describing && node.op.keepsFinite !== "both") checkBackward(node, cotangents, contributions);
  },
  overwriting(to, from): void {
    const deferred = current.describing ? undefined : current.deferred.get(from.storage);
    if (deferred !== undefined) current.deferred.set(to.storage, deferred);
  },
};

/** Whether anomaly mode is on. */
export const isAnomalyEnabled = (): boolean => isListening(anomalyListener);

/** Switches anomaly mode on or off for the rest of the program. */
export function setDetectAnomaly(enabled: boolean): void {
  if (enabled) listen(anomalyListener);
  else unlisten(anomalyListener);
}

/**
 * Runs `body` in anomaly mode: an op whose result, or whose gradient rule, creates NaN from operands without NaN, or infinity from finite ones, throws an error
 * with the line of the call, the operands and the path to it. Infinity in an operand, as in a mask, is no error. A result that needs no gradient is an error
 * only if an op that needs a gradient, or the value that the body returns, has it too.
 * @throws AnomalyError
 * @example
 * autograd.detectAnomaly(() => tensor([1, 4]).sqrt().toArray()); // [1, 2]
 * let found = "";
 * const x = tensor(0, { requiresGrad: true });
 * try {
 *   autograd.detectAnomaly(() => x.sqrt().backward());
 * } catch (error) {
 *   found = error.op;
 * }
 * found; // "sqrt"
 */
export function detectAnomaly<T>(body: () => T): T {
  return listenDuring(anomalyListener, () => {
    const result = body();
    if (result instanceof Promise) return result.then((value) => refuseDeferred(value)) as T;
    return refuseDeferred(result);
  });
}

function whileDescribing(body: () => void): void {
  current.describing = true;
  during(body, () => {
    current.describing = false;
  });
}

/** Checks the outputs of an op. @throws AnomalyError */
function checkForward(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: readonly Tensor[],
  recorded: boolean,
): void {
  const hasDeferred = inputs.some((x) => current.deferred.has(x.storage));
  if ((!hasDeferred && op.keepsFinite !== undefined) || outputs.every(isFinite)) return;
  whileDescribing(() => {
    for (const y of outputs) {
      if (isFinite(y)) continue;
      const before = hasDeferred ? propagatedTo(y, inputs) : null;
      if (recorded && before?.kind === "NaN")
        throw before.error(`\n  ${op.name}, whose gradient is wanted, has NaN from it${placeText(callSite())}`);
      const now = before ?? anomalyOf(op, inputs, params, y);
      if (now === null) continue;
      if (recorded && before === null) throw now.error("");
      if (!recorded) current.deferred.set(y.storage, now);
    }
  });
}

/** Returns the deferred anomaly of an operand that the result has too. */
function propagatedTo(y: Tensor, inputs: readonly Tensor[]): Deferred | null {
  const result = contents(y);
  for (const x of inputs) {
    const deferred = current.deferred.get(x.storage);
    if (deferred === undefined) continue;
    const given = contents(x);
    if (deferred.kind === "NaN" ? result.nan && given.nan : result.infinite && given.infinite) return deferred;
  }
  return null;
}

/** Returns the anomaly in the result `y` that the op created; `null` if there is none. */
function anomalyOf(op: TapeOp<unknown>, inputs: readonly Tensor[], params: unknown, y: Tensor): Deferred | null {
  const kind = createdIn(y, inputs, params, op.batch === "elementwise");
  if (kind === null) return null;
  const site = callSite();
  const from = inputs.reduce<Node | null>(
    (a, x) => (x.gradFn !== null && (a === null || x.gradFn.seq > a.seq) ? x.gradFn : a),
    null,
  );
  const of = inputs.every(isFinite) ? "of finite numbers" : `where no operand is ${kind}`;
  const what = `${op.name}: made ${elementText(y, kind)} ${of}`;
  const operands = operandsText(inputs.map((x, i) => [inputName(i, inputs.length), x] as const));
  const path = `\n  path: ${op.name}${from === null ? "" : ` ← ${pathFrom(from)}`}${scopeText(scopePath(currentScope()))}`;
  const node = new Node(op, params, inputs.map(metaOf), y.meta, inputs.map(recordedEdge));
  node.watched = watchedTensors(site, inputs, [y]);
  const finding = explainer({ direction: "forward", node, bad: y, cotangent: null, root: null });
  const text = `${what}${placeText(site)}${operands}${path}`;
  return {
    kind,
    error: (outcome) => anomalyError(op.name, "forward", `${text}${outcome}`, finding),
  };
}

/** Returns `result`, the value of a body. @throws AnomalyError if a tensor in it has a deferred anomaly. */
function refuseDeferred<T>(result: T, depth = 0): T {
  if (result instanceof Tensor) {
    const deferred = current.deferred.get(result.storage);
    if (deferred !== undefined && !isFinite(result)) throw deferred.error("");
  } else if (depth < 4 && typeof result === "object" && result !== null) {
    const isPlain = Array.isArray(result) || Object.getPrototypeOf(result) === Object.prototype;
    if (isPlain) for (const part of Object.values(result)) refuseDeferred(part, depth + 1);
  }
  return result;
}

/** Checks the contributions of a gradient rule. @throws AnomalyError */
function checkBackward(
  node: Node,
  cotangents: readonly (Tensor | null)[],
  contributions: readonly (Tensor | null)[],
): void {
  const isNew = (g: Tensor | null): g is Tensor =>
    g !== null && !cotangents.some((c) => c?.storage === g.storage) && !isFinite(g);
  if (!contributions.some(isNew)) return;
  whileDescribing(() => {
    const given = cotangents.map((g) => (g === null ? contentsOf([]) : contents(g)));
    if (given.some((c) => c.nan)) return;
    const saved = Object.entries(node.saved);
    // infinity in a cotangent or a saved input is passed on, not created
    const hasInfinity =
      given.some((c) => c.infinite) || saved.some(([name, t]) => !name.startsWith("y") && !isFinite(t));
    for (const kind of hasInfinity ? (["NaN"] as const) : (["NaN", "infinite"] as const)) {
      const at = contributions.findIndex((g) => isNew(g) && contents(g)[kind === "NaN" ? "nan" : "infinite"]);
      if (at < 0) continue;
      const bad = contributions[at] as Tensor;
      throw backwardError(node, [...saved, ...named(cotangents)], bad, at, kind, reasonOf(node, cotangents, bad));
    }
  });
}

/** Returns the cause of a contribution that is not finite. */
function reasonOf(node: Node, cotangents: readonly (Tensor | null)[], bad: Tensor): CauseFinding | null {
  const cotangent = cotangents.find((g) => g !== null) ?? null;
  return explainer({ direction: "backward", node, bad, cotangent, root: rootOfWalk() });
}

const metaOf = (t: Tensor): Meta => t.meta;

const named = (cotangents: readonly (Tensor | null)[]): (readonly [string, Tensor])[] =>
  cotangents.flatMap((g, i) => (g === null ? [] : [[i === 0 ? "cotangent" : `cotangent ${i + 1}`, g] as const]));

function backwardError(
  node: Node,
  operands: readonly (readonly [string, Tensor])[],
  contribution: Tensor,
  input: number,
  kind: NonFinite,
  finding: CauseFinding | null,
): AnomalyError {
  const { name } = node.op;
  const site = placeText(node.watched?.site) || " where no line was kept";
  return anomalyError(
    name,
    "backward",
    `backward: the gradient rule of ${name} made ${elementText(contribution, kind)} for its input ${inputName(input, node.metas.length)}; ${name} was called${site}${operandsText(operands)}\n  path: ${pathFrom(node)}${scopeText(scopePath(node.scope))}`,
    finding,
  );
}
