/** Encodes a stop as the JSON that front ends show, and that a notebook stores. */
import type { StopData, StopOutcome, StopRole, StopTensor } from "../../protocol/index.ts";
import { AccumulateGrad } from "../../tape/graph/node.ts";
import { inputName, outputName } from "../../tape/graph/saved.ts";
import { elementText } from "../../tape/watch/anomaly-text.ts";
import { holds, normOf } from "../../tape/watch/breakpoints/condition.ts";
import type { BreakEvent } from "../../tape/watch/breakpoints/event.ts";
import type { Stop } from "../../tape/watch/breakpoints/stop.ts";
import { physicalOf } from "../../tensor/physical.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gridOf } from "../shared/grid.ts";
import { nameOf } from "../shared/naming.ts";
import { Places } from "../shared/places.ts";
import { summarize } from "../shared/statistics.ts";

/** Squares of the picture of a tensor: rows and columns. */
const [gridRows, gridColumns] = [24, 48];

/** Tensors that are encoded; of ops with more, the last operands are left out, or else the last of the others. */
const maxTensors = 24;

/** A tensor at a stop before it is encoded. */
type Found = readonly [role: StopRole, name: string, index: number, t: Tensor];

/** Numbers of a stop that the host counts. */
export interface StopNumbers {
  /** Number of the stop since the host has started. */
  readonly stop: number;
  /** Number of stops of the cell so far. */
  readonly count: number;
  readonly outcome: StopOutcome;
}

/** Encodes a stop: where it is, what is found there, and the tensors of the op or of its gradient rule. */
export function encodeStop(stop: Stop, { stop: number, count, outcome }: StopNumbers): StopData {
  const { event, breakpoints } = stop;
  const places = new Places();
  const place = places.place(event.callSite);
  const frame = places.frame(event.callSite);
  const { tex } = event.record;
  const all = tensorsOf(event);
  const others = all.filter(([role]) => role !== "operand").slice(0, maxTensors);
  const operands = all.filter(([role]) => role === "operand").slice(0, maxTensors - others.length);
  const found = [...operands, ...others];
  return {
    schema: 1,
    stop: number,
    breakpoints: breakpoints.map(({ id, text }) => ({ id, text })),
    phase: event.phase,
    moment: event.moment,
    op: event.op,
    label: event.label,
    scope: event.scope,
    tex: event.phase === "forward" ? tex.forward : tex.vjp,
    sentences: sentencesOf(stop),
    tensors: found.map(encoded),
    ...(found.length < all.length ? { omitted: all.length - found.length } : {}),
    place,
    ...places.encode(),
    frame,
    outcome,
    count,
  };
}

/** Returns the name of a tensor in the formula, with that of the variable that holds it. */
function named(symbol: string, t: Tensor): string {
  const name = nameOf(t);
  return name === null || name === symbol ? symbol : `${symbol} = ${name}`;
}

function encoded([role, name, index, tensor]: Found): StopTensor {
  const t = physicalOf(tensor);
  return {
    role,
    name,
    index,
    shape: t.shape,
    dtype: t.dtype,
    summary: summarize(t),
    grid: gridOf(t, gridRows, gridColumns),
  };
}

/** Returns the operands with their names: those of the op, or else those that its gradient rule reads. */
function operandsOf({ node, inputs, phase }: BreakEvent): (readonly [name: string, t: Tensor])[] {
  if (inputs.length > 0 || phase === "forward") return inputs.map((t, i) => [inputName(i, inputs.length), t]);
  return (node?.savedTensors() ?? []).map(({ name, tensor }) => [name, tensor]);
}

const present = (list: readonly (Tensor | null)[]): { readonly t: Tensor; readonly i: number }[] =>
  list.flatMap((t, i) => (t === null ? [] : [{ t, i }]));

function tensorsOf(event: BreakEvent): Found[] {
  const { moment, outputs, gradients, contributions, phase } = event;
  const operands = operandsOf(event).map(([name, t]): Found => ["operand", named(name, t), -1, t]);
  if (phase === "forward")
    return [...operands, ...outputs.map((t, i): Found => ["result", named(outputName(i), t), i, t])];
  if (moment === "leaf") return present(gradients).map(({ t, i }) => ["gradient", leafName(event), i, t]);
  const passed = contributions.length;
  return [
    ...operands,
    ...present(gradients).map(
      ({ t, i }): Found => ["gradient", `ȳ${i === 0 ? "" : i + 1}`, moment === "cotangent" ? i : -1, t],
    ),
    ...present(contributions).map(({ t, i }): Found => ["contribution", `to ${inputName(i, passed)}`, i, t]),
  ];
}

/** Returns the name of a leaf whose gradient is complete. */
function leafName({ node }: BreakEvent): string {
  const leaf = node instanceof AccumulateGrad ? node.variable : null;
  return `gradient of ${(leaf === null ? null : nameOf(leaf)) ?? "the leaf"}`;
}

/** Returns what is found at a stop. */
function sentencesOf({ event, breakpoints }: Stop): string[] {
  const { op, moment, values } = event;
  const subject = {
    result: `${op} gave`,
    cotangent: `The gradient that arrives at ${op} has`,
    contribution: `The gradient rule of ${op} gave`,
    leaf: `The gradient of the leaf has`,
  }[moment];
  const bad = values.find((t) => holds("notFinite", t));
  const limits = breakpoints.flatMap(({ condition: { given } }) => given.normAbove ?? []);
  const norms = limits.length === 0 ? [] : values.map(normOf);
  return [
    ...(bad === undefined
      ? []
      : [`${subject} ${elementText(physicalOf(bad), holds("nan", bad) ? "NaN" : "infinite")}.`]),
    ...(values.length > 0 && values.every((t) => holds("zero", t)) ? [`${subject} only zeros.`] : []),
    ...limits.flatMap((limit) => {
      const norm = norms.find((n) => n > limit);
      return norm === undefined ? [] : [`${subject} norm ${Number(norm.toPrecision(4))}, above ${limit}.`];
    }),
  ];
}
