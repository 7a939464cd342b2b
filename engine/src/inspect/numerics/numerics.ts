/** `checkNode` and `checkTape`: gradient rules of recorded ops, compared with central differences. */

import { ambient, during } from "../../platform/ambient.ts";
import type { NumericRow, NumericsData } from "../../protocol/index.ts";
import { asList } from "../../tape/backward/backward.ts";
import { currentSite } from "../../tape/graph/call-site.ts";
import { listenDuring, type TapeListener } from "../../tape/graph/listener.ts";
import { AccumulateGrad, Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import { watchedTensors } from "../../tape/graph/watched.ts";
import { ArgumentError, GradError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { numericsOutput } from "../../view/numerics/output.ts";
import { Display } from "../shared/display.ts";
import { nameOf } from "../shared/naming.ts";
import { checkRows } from "./check.ts";
import { OperandFinder } from "./operands.ts";

/** A check of gradient rules, which a notebook displays as a table and which prints as text elsewhere. */
export class NumericCheck extends Display<NumericsData> {
  constructor(data: NumericsData) {
    super(numericsOutput, data);
  }

  /** Whether no rule that was checked is wrong. */
  get ok(): boolean {
    return this.data.totals.wrong === 0;
  }

  /** The rows of wrong rules. */
  get wrong(): readonly NumericRow[] {
    return this.data.rows.filter((row) => row.state === "wrong");
  }
}

/** Characters of the JSON, and rows of it, that are stored. */
const maxLength = 200_000;
const maxRows = 400;

/** Whether a function is being watched for a check. */
const current = ambient(() => ({ watching: false }));

/** Keeps the inputs and outputs of each op. */
const watchAll: TapeListener = {
  opRecorded(node, inputs, outputs): void {
    if (!current.watching || node.isPacked) return;
    node.watched = watchedTensors(node.watched?.site ?? currentSite(), inputs, outputs);
    node.watched.saved = node.savedTensors();
  },
};

function watched<T>(body: () => T): T {
  current.watching = true;
  return listenDuring(watchAll, () =>
    during(body, () => {
      current.watching = false;
    }),
  );
}

function nodeOf(x: Tensor | Node): Node {
  const node = x instanceof Node ? x : x.gradFn;
  if (node === null || node instanceof AccumulateGrad)
    throw new GradError("checkNode", "the tensor was not computed by a recorded op, so there is no rule to check");
  return node;
}

/** Puts rows of wrong rules first, and leaves out what does not fit. */
function encode(title: string, nodes: readonly Node[]): NumericsData {
  const finder = new OperandFinder();
  const all = nodes.map((node) => checkRows(node, finder));
  const stateOf = (rows: readonly NumericRow[]): string =>
    ["wrong", "kink", "random", "notFinite", "unknown"].find((s) => rows.some((r) => r.state === s)) ?? "right";
  const states = all.map(stateOf);
  const count = (...names: readonly string[]): number => states.filter((s) => names.includes(s)).length;
  const order = ["wrong", "kink", "random", "notFinite", "unknown", "right"];
  const rows = all.flat().toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const kept: NumericRow[] = [];
  let length = 0;
  for (const row of rows.slice(0, maxRows)) {
    length += JSON.stringify(row).length;
    if (length > maxLength) break;
    kept.push(row);
  }
  return {
    schema: 1,
    title,
    rows: kept,
    totals: {
      ops: nodes.length,
      right: count("right"),
      wrong: count("wrong"),
      kinks: count("kink"),
      unchecked: count("random", "notFinite", "unknown"),
      omitted: rows.length - kept.length,
    },
  };
}

/**
 * Compares the gradient rule of one recorded op with central differences: the op runs again in float64, at the inputs that it had, with each element changed a little. The
 * result names the element that is farthest off, the ratio, and the pattern of the error, such as a factor of n, a sign, a missing transpose, or a missing sum over a
 * broadcast dimension. Ops of the program (`autograd.Function`, `customGradient`, needle's ops) are checked too. A large input is compared along random directions, and some of its elements by themselves.
 * @throws GradError for a tensor that no recorded op computed.
 * @example
 * const half = autograd.customGradient((x: Tensor) => [x.mul(x), (g: Tensor) => g.mul(x)]);
 * const y = half(tensor([1, 2, 3], { requiresGrad: true }));
 * inspect.checkNode(y).data.rows[0]!.sentence; // "Every element is half of what it should be: a factor of 2 is missing."
 */
export function checkNode(node: Tensor | Node): NumericCheck {
  const found = nodeOf(node);
  return new NumericCheck(encode(found.op.name, [found]));
}

/**
 * Compares the gradient rules of all ops on the way to a tensor with central differences, each by itself, and lists wrong ones first. Pass a function that computes the
 * loss, so that the inputs of all its ops are kept; of a loss that was computed already, ops are checked whose inputs were watched or saved, as they are in a notebook.
 * @throws GradError when nothing was recorded.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * inspect.checkTape(() => w.sigmoid().mul(3).sum()).ok; // true
 */
export function checkTape(loss: Tensor | readonly Tensor[] | (() => Tensor | readonly Tensor[])): NumericCheck {
  const results = asList(typeof loss === "function" ? watched(loss) : loss);
  if (results.some((t) => !((t as unknown) instanceof Tensor)))
    throw new ArgumentError("checkTape", "the function must return a tensor, or a list of tensors");
  const from = results.flatMap((t) => (t.gradFn === null ? [] : [t.gradFn]));
  if (from.length === 0)
    throw new GradError(
      "checkTape",
      "the tensor was not computed from tensors that require a gradient, so nothing was recorded",
    );
  const nodes = [...reachable(from, (node) => !(node instanceof AccumulateGrad))].sort((a, b) => a.seq - b.seq);
  return new NumericCheck(encode(results.map((t) => nameOf(t) ?? "result").join(", "), nodes));
}
