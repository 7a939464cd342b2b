/**
 * Anomaly mode: the operation, forward or backward, that makes NaN of operands without NaN, or infinity of finite ones, is an error that names its line. A
 * result whose gradient nobody wants may still be discarded, as by `where`: it is an error once an operation whose gradient is wanted, or the result of the
 * body, has NaN from it.
 */
import { ambient } from "../../platform/ambient.ts";
import { isFloating, type NumericArray } from "../../tensor/dtype.ts";
import { broadcastStrides } from "../../tensor/shape.ts";
import { placeText } from "../../tensor/site.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { callSite } from "../graph/call-site.ts";
import type { Node, TapeOp } from "../graph/node.ts";
import { inputName } from "../graph/saved.ts";
import { currentScope, scopePath } from "../graph/scope.ts";
import { findsAnomalies, whileDescribing, withAnomalies } from "./anomaly-mode.ts";
import { elementText, operandsText, pathFrom, scopeText } from "./anomaly-text.ts";

/** A number that is not finite, found where it was made. */
export class AnomalyError extends Error {
  override readonly name: string = "AnomalyError";
  /** The op that made it, or whose gradient rule did. */
  readonly op: string;
  readonly direction: "forward" | "backward";
  constructor(op: string, direction: "forward" | "backward", message: string) {
    super(message);
    this.op = op;
    this.direction = direction;
  }
}

/** A result that is not finite, made where no gradient was wanted. */
interface Kept {
  readonly kind: Kind;
  /** The error, with what has become of the result since. */
  readonly error: (since: string) => AnomalyError;
}

type Kind = "NaN" | "infinite";

const made = ambient(() => ({ offTape: new WeakMap<Storage, Kept>() }));

/**
 * Runs `body` in anomaly mode: NaN of operands without NaN, or infinity of finite ones, is an error at the operation that made it, forward or in its gradient
 * rule, with the line where the operation was called, its operands and the way to it. Infinity that was put in, as in a mask, is none. Where no gradient is
 * wanted, it is an error only if an operation whose gradient is wanted, or what the body returns, has it too.
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
  return withAnomalies(() => {
    const result = body();
    if (result instanceof Promise) return result.then(refuseKept) as T;
    return refuseKept(result);
  });
}

/** v - v is 0 for what is finite, and NaN else. */
function allFinite(a: NumericArray): boolean {
  const n = a.length;
  let [s, t] = [0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const [v0, v1, v2, v3] = [a[i], a[i + 1], a[i + 2], a[i + 3]];
    s += v0 - v0 + (v1 - v1);
    t += v2 - v2 + (v3 - v3);
  }
  for (; i < n; i++) s += a[i] - a[i];
  return s + t === 0;
}

let fast: (x: Tensor) => boolean | null = () => null;

/** Hands in a faster way to look; `null` for what it cannot look at. */
export function setFiniteKernel(kernel: typeof fast): void {
  fast = kernel;
}

/** Whether all elements are finite; those of a window in something larger are copied, those that repeat are not. */
function isFinite(t: Tensor): boolean {
  if (!isFloating(t.dtype) || t.numel() === 0) return true;
  if (t.numel() === 1) return Number.isFinite(t.storage.at(t.offset));
  if (t.isContiguous()) return fast(t) ?? allFinite(t.storage.array.subarray(t.offset, t.offset + t.numel()));
  const { array } = t.storage;
  return (array.length <= t.numel() && allFinite(array)) || allFinite(contiguousArray(t));
}

/** What a tensor has besides finite numbers. */
interface Contents {
  readonly nan: boolean;
  readonly infinite: boolean;
}

const contentsOf = (values: Iterable<unknown>): Contents => {
  let [nan, infinite] = [false, false];
  for (const v of values) {
    nan ||= Number.isNaN(v);
    infinite ||= v === Infinity || v === -Infinity;
  }
  return { nan, infinite };
};

const contents = (t: Tensor): Contents => contentsOf(isFinite(t) ? [] : contiguousArray(t));

/** The operand's elements, repeated as for a result of the shape of `y`. */
const spread = (x: Tensor, y: Tensor): NumericArray =>
  contiguousArray(new Tensor(x.storage, y.shape, broadcastStrides(x.shape, x.strides, y.shape), x.offset));

/** What the op made of its operands that was not in them; `null` for nothing. Infinite settings, as of `fill`, count as operands. */
function madeBy(op: Checked, inputs: readonly Tensor[], params: unknown, y: Tensor): Kind | null {
  const set = contentsOf(typeof params === "object" && params !== null ? Object.values(params) : []);
  const given = [...inputs.map(contents), set];
  const result = contents(y);
  const kindOf = (nan: boolean, infinite: boolean): Kind | null => {
    if (result.nan && !nan) return "NaN";
    return result.infinite && !nan && !infinite ? "infinite" : null;
  };
  const whole = kindOf(
    given.some((c) => c.nan),
    given.some((c) => c.infinite),
  );
  if (whole !== null || op.batch !== "elementwise" || set.nan || set.infinite) return whole;
  // some operands are not finite elsewhere
  const operands = inputs.map((x) => spread(x, y));
  const elements = contiguousArray(y);
  for (let i = 0; i < elements.length; i++) {
    if (Number.isFinite(elements[i])) continue;
    if (Number.isNaN(elements[i]) && !operands.some((a) => Number.isNaN(a[i]))) return "NaN";
    if (operands.every((a) => Number.isFinite(a[i]))) return "infinite";
  }
  return null;
}

/** An op as the checks see it. */
type Checked = TapeOp<unknown> & { readonly batch?: unknown };

/** Checks the outputs of an op; `recorded` says whether a gradient is wanted. @throws AnomalyError */
export function checkForward(
  op: Checked,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: readonly Tensor[],
  recorded: boolean,
): void {
  const kept = inputs.some((x) => made.offTape.has(x.storage));
  if ((!kept && op.keepsFinite !== undefined) || outputs.every(isFinite)) return;
  whileDescribing(() => {
    for (const y of outputs) {
      if (isFinite(y)) continue;
      const before = kept ? carriedTo(y, inputs) : null;
      if (recorded && before?.kind === "NaN")
        throw before.error(`\n  ${op.name}, whose gradient is wanted, has NaN from it${placeText(callSite())}`);
      const now = before ?? failure(op, inputs, params, y);
      if (now === null) continue;
      if (recorded && before === null) throw now.error("");
      if (!recorded) made.offTape.set(y.storage, now);
    }
  });
}

/** What an operand that was made off the tape has passed on to a result. */
function carriedTo(y: Tensor, inputs: readonly Tensor[]): Kept | null {
  const result = contents(y);
  for (const x of inputs) {
    const kept = made.offTape.get(x.storage);
    if (kept === undefined) continue;
    const given = contents(x);
    if (kept.kind === "NaN" ? result.nan && given.nan : result.infinite && given.infinite) return kept;
  }
  return null;
}

function failure(op: Checked, inputs: readonly Tensor[], params: unknown, y: Tensor): Kept | null {
  const kind = madeBy(op, inputs, params, y);
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
  return {
    kind,
    error: (since) => new AnomalyError(op.name, "forward", `${what}${placeText(site)}${operands}${path}${since}`),
  };
}

/** Notes that the elements of a result are those of another storage now, after a change in place. */
export function carryOver(from: Tensor, to: Tensor): void {
  const kept = made.offTape.get(from.storage);
  if (kept !== undefined) made.offTape.set(to.storage, kept);
}

/** Returns what a body gave. @throws AnomalyError where it has a result, made off the tape, that is not finite. */
function refuseKept<T>(result: T, depth = 0): T {
  if (result instanceof Tensor) {
    const kept = made.offTape.get(result.storage);
    if (kept !== undefined && !isFinite(result)) throw kept.error("");
  } else if (depth < 4 && typeof result === "object" && result !== null) {
    const plain = Array.isArray(result) || Object.getPrototypeOf(result) === Object.prototype;
    if (plain) for (const part of Object.values(result)) refuseKept(part, depth + 1);
  }
  return result;
}

/** Checks the contributions of a gradient rule. @throws AnomalyError */
export function checkBackward(
  node: Node,
  cotangents: readonly (Tensor | null)[],
  contributions: readonly (Tensor | null)[],
): void {
  if (!findsAnomalies() || node.op.keepsFinite === "both") return;
  const isNew = (g: Tensor | null): g is Tensor =>
    g !== null && !cotangents.some((c) => c?.storage === g.storage) && !isFinite(g);
  if (!contributions.some(isNew)) return;
  whileDescribing(() => {
    const given = cotangents.map((g) => (g === null ? contentsOf([]) : contents(g)));
    if (given.some((c) => c.nan)) return;
    const saved = Object.entries(node.saved);
    // infinity that came in is passed on, not made
    const passed = given.some((c) => c.infinite) || saved.some(([name, t]) => !name.startsWith("y") && !isFinite(t));
    for (const kind of passed ? (["NaN"] as const) : (["NaN", "infinite"] as const)) {
      const at = contributions.findIndex((g) => isNew(g) && contents(g)[kind === "NaN" ? "nan" : "infinite"]);
      if (at < 0) continue;
      const names = [
        ...saved,
        ...cotangents.flatMap((g, i) =>
          g === null ? [] : [[i === 0 ? "cotangent" : `cotangent ${i + 1}`, g] as const],
        ),
      ];
      throw new AnomalyError(
        node.op.name,
        "backward",
        `backward: the gradient rule of ${node.op.name} made ${elementText(contributions[at] as Tensor, kind)} for its input ${inputName(at, node.metas.length)}; ${node.op.name} was called${placeText(node.watched?.site) || " where no line was kept"}${operandsText(names)}\n  path: ${pathFrom(node)}${scopeText(scopePath(node.scope))}`,
      );
    }
  });
}
