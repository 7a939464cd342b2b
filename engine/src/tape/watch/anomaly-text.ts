/** The text of anomaly mode's errors: the element, the operands and the path to the op. */
import type { CauseFinding } from "../../protocol/index.ts";
import { showShape } from "../../tensor/errors.ts";
import { physicalOf } from "../../tensor/physical.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Node } from "../graph/node.ts";

/** Returns the value and the index of the first element that is NaN, or infinite, with the number of elements that are not finite. */
export function elementText(tensor: Tensor, kind: "NaN" | "infinite"): string {
  const t = physicalOf(tensor);
  const a = contiguousArray(t);
  let [first, count] = [-1, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isFinite(a[i])) continue;
    count++;
    if (first < 0 && Number.isNaN(a[i]) === (kind === "NaN")) first = i;
  }
  const index = t.shape.map((n, d) => Math.floor(first / t.shape.slice(d + 1).reduce((k, m) => k * m, 1)) % n);
  return t.numel() === 1
    ? `${a[first]}`
    : `${a[first]} at ${showShape(index)} (${count} of ${a.length} elements are not finite)`;
}

/** Returns dtype and shape, with the minimum, mean and maximum of the finite elements. */
function describe(tensor: Tensor): string {
  const t = physicalOf(tensor);
  const head = `${t.dtype} ${showShape(t.shape)}`;
  const show = (v: number): string => String(Number(v.toPrecision(4)));
  let [n, low, high, sum] = [0, Infinity, -Infinity, 0];
  for (const v of contiguousArray(t)) {
    if (!Number.isFinite(v)) continue;
    n++;
    sum += v;
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  if (n === 0) return t.numel() === 0 ? head : `${head} of nothing finite`;
  if (t.numel() === 1) return `${head} ${show(low)}`;
  const lost = t.numel() - n;
  return `${head} from ${show(low)} to ${show(high)}, mean ${show(sum / n)}${lost > 0 ? `, ${lost} not finite` : ""}`;
}

const longestPath = 8;

/** Returns the names of the ops on the path from a node towards a leaf, along the input that was recorded last. */
export function pathFrom(node: Node | null): string {
  const names: string[] = [];
  for (let n = node; n !== null && names.length < longestPath; ) {
    names.push(n.op.name === "accumulateGrad" ? "leaf" : n.op.name);
    n = n.edges.reduce<Node | null>((a, e) => (e !== null && (a === null || e.node.seq > a.seq) ? e.node : a), null);
    if (n !== null && names.length === longestPath) names.push("…");
  }
  return names.join(" ← ");
}

/** Returns a line for each named operand. */
export const operandsText = (tensors: readonly (readonly [string, Tensor])[]): string =>
  tensors.map(([name, t]) => `\n  ${name}: ${describe(t)}`).join("");

/** Returns a line with the path of scopes; an empty string outside of any scope. */
export const scopeText = (path: string): string => (path === "" ? "" : `\n  scope: ${path}`);

/** Returns lines with the cause and what to do; an empty string where none is known. */
export const reasonText = (finding: CauseFinding | null): string =>
  finding === null ? "" : `\n  why: ${finding.sentence}\n  what to do: ${finding.fix}`;
