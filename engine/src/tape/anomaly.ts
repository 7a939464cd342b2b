/** Anomaly mode: the operation, forward or backward, that first makes NaN or infinity of finite numbers is an error, told with its line. */
import { isFloating, type NumericArray } from "../tensor/dtype.ts";
import { showShape } from "../tensor/errors.ts";
import { placeText } from "../tensor/site.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Node, TapeOp } from "./node.ts";
import { inputName } from "./saved.ts";
import { currentScope, scopePath } from "./scope.ts";
import { currentSite, findsAnomalies, stackSite, whileDescribing, withAnomalies } from "./watch.ts";

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

/** Ops that make no result larger than their operands, and no gradient larger than the cotangent: there is nothing to find. */
const harmless: ReadonlySet<string> = new Set([
  "relu",
  "neg",
  "sign",
  "tanh",
  "sigmoid",
  "clamp",
  "maximum",
  "minimum",
  "where",
  "clone",
]);

/**
 * Runs `body` in anomaly mode: NaN or infinity is an error at the operation that made it, forward or in its gradient rule, with the line where the
 * operation was called, what its operands were and the way to it. Infinity that was put in, as in a mask, is none.
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
  return withAnomalies(body);
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

/** What was found: its name, how often, and where first. */
function finding(t: Tensor): string {
  const a = contiguousArray(t);
  const bad = [...a.keys()].filter((i) => !Number.isFinite(a[i]));
  const [first] = bad;
  const index = t.shape.map((_, d) => Math.floor(first / t.shape.slice(d + 1).reduce((n, m) => n * m, 1)) % t.shape[d]);
  const where = t.numel() === 1 ? "" : ` at ${showShape(index)} (${bad.length} of ${a.length} elements are not finite)`;
  return `${a[first]}${where}`;
}

/** dtype, shape, and the least, mean and greatest of what is finite. */
function describe(t: Tensor): string {
  const head = `${t.dtype} ${showShape(t.shape)}`;
  const numbers = [...contiguousArray(t)].filter(Number.isFinite);
  if (numbers.length === 0) return t.numel() === 0 ? head : `${head} of nothing finite`;
  const show = (v: number): string => String(Number(v.toPrecision(4)));
  if (t.numel() === 1) return `${head} ${show(numbers[0])}`;
  const [low, high] = numbers.reduce(([l, h], v) => [Math.min(l, v), Math.max(h, v)], [Infinity, -Infinity]);
  const mean = numbers.reduce((n, v) => n + v, 0) / numbers.length;
  const lost = t.numel() - numbers.length;
  return `${head} from ${show(low)} to ${show(high)}, mean ${show(mean)}${lost > 0 ? `, ${lost} not finite` : ""}`;
}

const longestPath = 8;

/** The ops from here towards the leaves, along what came last. */
function pathFrom(node: Node | null): string {
  const names: string[] = [];
  for (let n = node; n !== null && names.length < longestPath; ) {
    names.push(n.op.name === "accumulateGrad" ? "leaf" : n.op.name);
    n = n.edges.reduce<Node | null>((a, e) => (e !== null && (a === null || e.node.seq > a.seq) ? e.node : a), null);
    if (n !== null && names.length === longestPath) names.push("…");
  }
  return names.join(" ← ");
}

const operands = (tensors: readonly (readonly [string, Tensor])[]): string =>
  tensors.map(([name, t]) => `\n  ${name}: ${describe(t)}`).join("");

const scopeText = (path: string): string => (path === "" ? "" : `\n  scope: ${path}`);

/** Looks at what an op made. */
export function checkForward(op: TapeOp<unknown>, inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
  if (harmless.has(op.name) && op.own !== true) return;
  const at = outputs.findIndex((y) => !isFinite(y));
  if (at < 0 || !inputs.every(isFinite)) return;
  const site = currentSite() ?? stackSite();
  whileDescribing(() => {
    const named = inputs.map((x, i) => [inputName(i, inputs.length), x] as const);
    const from = inputs.reduce<Node | null>(
      (a, x) => (x.gradFn !== null && (a === null || x.gradFn.seq > a.seq) ? x.gradFn : a),
      null,
    );
    throw new AnomalyError(
      op.name,
      "forward",
      `${op.name}: made ${finding(outputs[at])} of finite numbers${placeText(site)}${operands(named)}\n  path: ${op.name}${from === null ? "" : ` ← ${pathFrom(from)}`}${scopeText(scopePath(currentScope()))}`,
    );
  });
}

/** Looks at what a gradient rule made. */
export function checkBackward(
  node: Node,
  cotangents: readonly (Tensor | null)[],
  contributions: readonly (Tensor | null)[],
): void {
  if (!findsAnomalies() || (harmless.has(node.op.name) && node.op.own !== true)) return;
  const fresh = (g: Tensor | null): boolean =>
    g !== null && !cotangents.some((c) => c?.storage === g.storage) && !isFinite(g);
  const at = contributions.findIndex(fresh);
  if (at < 0 || cotangents.some((g) => g !== null && !isFinite(g))) return;
  whileDescribing(() => {
    const saved = Object.entries(node.saved);
    // infinity that was saved is passed on, not made
    if (saved.some(([name, t]) => !name.startsWith("y") && !isFinite(t))) return;
    const names = [
      ...saved,
      ...cotangents.flatMap((g, i) => (g === null ? [] : [[i === 0 ? "cotangent" : `cotangent ${i + 1}`, g] as const])),
    ];
    throw new AnomalyError(
      node.op.name,
      "backward",
      `backward: the gradient rule of ${node.op.name} made ${finding(contributions[at] as Tensor)} for its input ${inputName(at, node.metas.length)}; ${node.op.name} was called${placeText(node.watched?.site) || " where no line was kept"}${operands(names)}\n  path: ${pathFrom(node)}${scopeText(scopePath(node.scope))}`,
    );
  });
}
