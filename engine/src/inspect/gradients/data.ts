/** Encodes a table of gradients as the JSON that a notebook stores. */
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
import { reasonsOf } from "./reason.ts";

/** An object with named parameters, such as a module. */
export interface HasParameters {
  namedParameters(): Iterable<readonly [name: string, parameter: Tensor]>;
}

/** The argument of `gradients`: a module, a tensor, a list of tensors, or tensors by name. */
export type GradientSource = HasParameters | Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** Tensors that are stored; those beyond are counted. */
const maxTensors = 800;

/** Returns the tensors of a source with their names. */
function namedTensors(source: GradientSource): [name: string, tensor: Tensor][] {
  if (source instanceof Tensor) return [[nameOf(source) ?? "tensor", source]];
  if (Array.isArray(source)) return (source as readonly Tensor[]).map((t, i) => [nameOf(t) ?? `[${i}]`, t]);
  if (isModule(source)) return Array.from(source.namedParameters(), ([name, t]) => [name, t]);
  return Object.entries(source as Readonly<Record<string, Tensor>>);
}

const isModule = (x: object): x is HasParameters => "namedParameters" in x && typeof x.namedParameters === "function";

/** Encodes the gradients of the tensors; throws where the source holds something else. */
export function encodeGradients(source: GradientSource): GradientsData {
  const all = namedTensors(source);
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
  const states = list.map(([, t], i) => stateOf(t, summaries[i], ran));
  const squares = summaries.reduce((n, s) => n + (s === null ? 0 : decodeNumber(s.norm) ** 2), 0);
  return {
    schema: 1,
    totalNorm: encodeNumber(Math.sqrt(squares)),
    tensors: {
      name: list.map(([name]) => name),
      shape: list.map(([, t]) => t.shape),
      dtype: list.map(([, t]) => t.dtype),
      state: states,
      reason: reasonsOf(
        list.map(([, t]) => t),
        states,
      ),
      gradient: encodeSummaries(summaries),
      weightNorm: weights,
      ratio: summaries.map((s, i) => ratioOf(s, weights[i])),
    },
    omitted: all.length - list.length,
  };
}

/** Returns the state of a gradient; `ran` tells whether any tensor of the table has a gradient. */
function stateOf(t: Tensor, summary: Summary | null, ran: boolean): GradientState {
  if (summary !== null) return summary.zeros === summary.count ? "zero" : "computed";
  if (!t.requiresGrad) return "notRequired";
  const node = t.isLeaf ? t.accumulator : (edgeOf(t)?.node ?? null);
  if (wasInterrupted(node) && (t.isLeaf || node?.ran === false)) return "interrupted";
  if (!t.isLeaf) return t.gradFn?.ran === true ? "notRetained" : "notRunYet";
  return ran ? "notReached" : "notRunYet";
}

/** Returns the norm of the gradient over that of the tensor. */
function ratioOf(s: Summary | null, weight: Num): Num | null {
  const w = decodeNumber(weight);
  return s === null || w === 0 ? null : encodeNumber(decodeNumber(s.norm) / w);
}
