/** The gradient table as JSON. */
import {
  decodeNumber,
  encodeNumber,
  encodeSummaries,
  type GradientState,
  type GradientsData,
  type Num,
  type Summary,
} from "../../protocol/index.ts";
import { edgeOf } from "../../tape/graph/node.ts";
import { wasInterrupted } from "../../tape/watch/interrupted.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";
import { summarize } from "../shared/statistics.ts";

/** Anything with parameters by name: a module. */
export interface HasParameters {
  namedParameters(): Iterable<readonly [name: string, parameter: Tensor]>;
}

/** What `gradients` accepts. */
export type GradientSource = HasParameters | Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** Tensors beyond this are left out. */
const maxTensors = 800;

function named(source: GradientSource): [name: string, tensor: Tensor][] {
  if (source instanceof Tensor) return [[nameOf(source) ?? "tensor", source]];
  if (Array.isArray(source)) return (source as readonly Tensor[]).map((t, i) => [nameOf(t) ?? `[${i}]`, t]);
  if (isModule(source)) return Array.from(source.namedParameters(), ([name, t]) => [name, t]);
  return Object.entries(source as Readonly<Record<string, Tensor>>);
}

const isModule = (x: object): x is HasParameters => "namedParameters" in x && typeof x.namedParameters === "function";

/** The table of some tensors. */
export function encodeGradients(source: GradientSource): GradientsData {
  const all = named(source);
  const wrong = all.find(([, t]) => !(t instanceof Tensor));
  if (wrong)
    throw new ArgumentError(
      "gradients",
      `expected a module, a tensor, a list or a record of tensors, but "${wrong[0]}" is none`,
    );
  const list = all.slice(0, maxTensors);
  const ran = all.some(([, t]) => t.grad !== null);
  const summaries = list.map(([, t]) => (t.grad === null ? null : summarize(t.grad)));
  const weights = list.map(([, t]) => summarize(t).norm);
  const squares = summaries.reduce((n, s) => n + (s === null ? 0 : decodeNumber(s.norm) ** 2), 0);
  return {
    schema: 1,
    totalNorm: encodeNumber(Math.sqrt(squares)),
    tensors: {
      name: list.map(([name]) => name),
      shape: list.map(([, t]) => t.shape),
      dtype: list.map(([, t]) => t.dtype),
      state: list.map(([, t], i) => stateOf(t, summaries[i], ran)),
      gradient: encodeSummaries(summaries),
      weightNorm: weights,
      ratio: summaries.map((s, i) => ratioOf(s, weights[i])),
    },
    omitted: all.length - list.length,
  };
}

function stateOf(t: Tensor, summary: Summary | null, ran: boolean): GradientState {
  if (summary !== null) return summary.zeros === summary.count ? "zero" : "computed";
  if (!t.requiresGrad) return "notRequired";
  const node = t.isLeaf ? t.accumulator : (edgeOf(t)?.node ?? null);
  if (wasInterrupted(node) && (t.isLeaf || node?.ran === false)) return "interrupted";
  if (!t.isLeaf) return t.gradFn?.ran === true ? "notRetained" : "notRunYet";
  return ran ? "notReached" : "notRunYet";
}

function ratioOf(s: Summary | null, weight: Num): Num | null {
  const w = decodeNumber(weight);
  return s === null || w === 0 ? null : encodeNumber(decodeNumber(s.norm) / w);
}
