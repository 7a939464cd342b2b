/** Encodes an error of an op as the JSON that a notebook stores. */

import { registered } from "../../dispatch/registry.ts";
import type { CodeLine, ErrorOperand, ShapesData, TapeStep } from "../../protocol/index.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import { scopePath } from "../../tape/graph/scope.ts";
import { failureOf } from "../../tensor/arguments/failed-call.ts";
import { isArgumentError, type OpArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { lineAt, placeInStack } from "../shared/sources.ts";
import { type BoundCall, boundCallOf } from "./bound-call.ts";
import { candidatesOf } from "./candidates.ts";
import { callTextOf, labelOf, operandName, originOf, placeOf } from "./origins.ts";
import type { Part, Reason } from "./parts.ts";
import { reasonOf } from "./reason.ts";
import { tryAll } from "./trials.ts";

/** Steps of the tape and operands that are stored. */
const maxSteps = 40;
const maxOperands = 8;

/** Returns the nodes of the tape that lead to the operands, in the order of recording. */
export function tapeNodes(call: BoundCall): Node[] {
  const roots = [...call.operands.map((o) => o.tensor), ...call.modelInputs.filter((x) => x instanceof Tensor)];
  const from = roots.flatMap((t) => (t.gradFn === null ? [] : [t.gradFn]));
  return [...reachable(from, (node) => !(node instanceof AccumulateGrad))].sort((a, b) => a.seq - b.seq);
}

const stepOf = (node: Node): TapeStep => ({
  op: node.op.name,
  scope: scopePath(node.scope),
  shape: node.outputMetas[0].shape,
  place: placeOf(node.watched?.site),
});

/** Returns the call of an error that can be explained; `null` if it has none with tensors. */
export function explainableCall(error: unknown): BoundCall | null {
  if (!isArgumentError(error)) return null;
  const failure = failureOf(error);
  const call = failure === null ? null : boundCallOf(failure);
  return call !== null && call.operands.length > 0 ? call : null;
}

/** Returns the dimension of the batch: the first one of an input as long as that of the outermost module's. */
function batchSizeOf(call: BoundCall): number | null {
  const root = call.modelInputs.find((x): x is Tensor => x instanceof Tensor && x.ndim > 1);
  return root?.shape[0] ?? null;
}

function dimNames(reason: Reason, call: BoundCall, i: number): string[] {
  const names = reason.parts[i].shape.map((_, d) => reason.named[i]?.named.find((n) => n.dim === d)?.label ?? "");
  const batch = batchSizeOf(call);
  if (reason.named[i] === null && reason.comparison === "names") return names;
  const isData = !reason.parts[i].isField && reason.parts[i].shape.length > 1;
  if (
    isData &&
    batch !== null &&
    batch > 1 &&
    reason.parts[i].shape[0] === batch &&
    (names[0] === "" || names[0] === "rows")
  )
    names[0] = "batch";
  return names;
}

/** Returns the message without the name of the op, as a sentence. */
function messageSentence({ message, op }: OpArgumentError): string {
  const text = message.startsWith(`${op}: `) ? message.slice(op.length + 2) : message;
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}.`;
}

/** Returns the parts to show: inputs, and of the module's own tensors its weight and those at fault. */
function shownParts(reason: Reason, wrongDTypes: readonly number[]): number[] {
  const faulty = new Set([
    ...reason.clashes.flatMap(({ a, b }) => [a.operand, b.operand]),
    ...reason.marked.map(([i]) => i),
    ...wrongDTypes,
  ]);
  const hasFaultyField = reason.parts.some((p, i) => p.isField && faulty.has(i));
  return reason.parts
    .flatMap((part, i) => (!part.isField || (hasFaultyField ? faulty.has(i) : part.role === "weight") ? [i] : []))
    .slice(0, maxOperands);
}

/** Returns the sentence of the reason, or that of the message. */
function sentenceOf(error: OpArgumentError, { sentence }: Reason, wrong: Part | null): string {
  if (wrong !== null)
    return `${wrong.name} is ${wrong.dtype}: ${messageSentence(error).replace(/^[A-Z]/, (c) => c.toLowerCase())}`;
  return sentence === "" ? messageSentence(error) : sentence;
}

/** Encodes an error whose call is known. */
export function encodeError(error: OpArgumentError, call: BoundCall): ShapesData {
  const place = placeInStack(failureOf(error)?.stack.stack ?? "") ?? placeInStack(error.stack ?? "");
  const text = callTextOf(call, place);
  const names = call.operands.map((o) => operandName(call, o, text));
  const origins = call.operands.map((o, i) => originOf(o, names[i], place));
  const reason = reasonOf(error, call, names);
  const context = { call, reason, names, text, origins: origins.map((o) => o.origin) };
  const { fixes, tried, operand } = tryAll(call, reason, candidatesOf(context));
  const isUnknownDType = reason.kind === "dtype" && reason.wrongDTypes.length === 0 && operand >= 0;
  const wrongDTypes = isUnknownDType ? [operand] : reason.wrongDTypes;
  const chosen = shownParts(reason, wrongDTypes);
  const at = (i: number): number => chosen.indexOf(i);
  const operands = chosen.map((i): ErrorOperand => {
    const part = reason.parts[i];
    const origin = origins[i] ?? { origin: "", place: null as CodeLine | null };
    return {
      name: part.name,
      role: part.role,
      kind: part.role === "wanted" ? "wanted" : part.isField ? "parameter" : "input",
      shape: part.shape,
      dtype: part.dtype,
      dims: dimNames(reason, call, i),
      ...origin,
    };
  });
  const nodes = tapeNodes(call);
  const shown = (i: number): boolean => chosen.includes(i);
  return {
    schema: 1,
    error: error.name,
    message: error.message,
    op: error.op,
    symbol: symbolOf(call),
    module: call.path.slice(1).join(".") || (call.path[0] ?? ""),
    moduleText: call.module === null ? "" : `${call.call.name}(${call.module.extraRepr()})`,
    place,
    code: place === null ? "" : lineAt(place),
    operands,
    clashes: reason.clashes
      .filter(({ a, b }) => shown(a.operand) && shown(b.operand))
      .map(({ a, b }) => [
        [at(a.operand), a.dim],
        [at(b.operand), b.dim],
      ]),
    marked: reason.marked.filter(([i]) => shown(i)).map(([i, dim]) => [at(i), dim]),
    wrongDTypes: wrongDTypes.filter(shown).map(at),
    sentence: sentenceOf(error, reason, isUnknownDType ? reason.parts[operand] : null),
    notes: reason.notes,
    fixes,
    tried,
    tape: { total: nodes.length, steps: nodes.slice(-maxSteps).map(stepOf) },
  };
}

/** Returns the symbol of an op of two operands; an empty text for others. */
function symbolOf(call: BoundCall): string {
  const spec = call.operator?.spec ?? registered.get(call.call.name)?.spec;
  if (spec === null || spec === undefined || call.operands.length !== 2 || call.module !== null) return "";
  const label = labelOf(spec);
  return label.length <= 2 ? label : "";
}
