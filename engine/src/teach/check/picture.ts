/** Lines of the program, the tape of a checked value, and pictures of numbers, as parts of a failure. */

import { gridOfMatrix } from "../../inspect/shared/grid.ts";
import { lineOfNode } from "../../inspect/shared/lines.ts";
import { lineAt } from "../../inspect/shared/sources.ts";
import { summarize } from "../../inspect/shared/statistics.ts";
import { nodesOf } from "../../inspect/tape/data.ts";
import type { CheckData, CheckFact, CheckMap, CheckRow, CheckTape, PlaceLine } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { scopePath } from "../../tape/graph/scope.ts";
import { keepsTensors } from "../../tape/graph/watched.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { summaryWords } from "../../view/shared/format.ts";
import type { PlainNumbers } from "./plain.ts";

/** Ops of a tape that are stored. */
const maxRows = 30;
/** Rows and columns of a picture. */
const [mapRows, mapColumns] = [12, 20];

/** Returns the node that computed a tensor. */
export const nodeOf = (value: unknown): Node | null => (value instanceof Tensor ? value.gradFn : null);

/** Returns a line of the program, with its text where it is known. */
export function lineFact(at: PlaceLine | null, name = "your line"): CheckFact[] {
  return at === null ? [] : [{ name, text: lineAt({ ...at, cellId: at.id }), at }];
}

const isNotFinite = (node: Node): boolean => {
  if (!keepsTensors(node.watched)) return false;
  const [first] = node.watched.outputs;
  if (!takesGradients(first.dtype)) return false;
  const { nan, inf } = summarize(first);
  return nan + inf > 0;
};

function rowOf(node: Node, failing: boolean): CheckRow {
  const value = keepsTensors(node.watched) ? summaryWords(summarize(node.watched.outputs[0])) : "";
  return {
    op: node.op.name,
    scope: scopePath(node.scope),
    shape: node.outputMetas[0].shape,
    value,
    at: lineOfNode(node),
    failing,
  };
}

/** Returns the last ops that led to the tensors; of a long tape, those around the failing one. */
export function tapeOf(roots: readonly Tensor[], isFailing: (node: Node) => boolean = () => false): CheckTape {
  const nodes = nodesOf(roots);
  const failing = nodes.findIndex(isFailing);
  const last = nodes.length - maxRows;
  const first = Math.max(0, failing < 0 ? last : Math.min(last, failing - maxRows / 2));
  const shown = nodes.slice(first, first + maxRows);
  return { rows: shown.map((node, i) => rowOf(node, first + i === failing)), omitted: nodes.length - shown.length };
}

/** Returns the node and line that computed a value, and its tape, on which the first result that is not finite is marked; nothing for a value that no recorded op computed. */
export function pictureOf(value: unknown): Partial<CheckData> {
  const node = nodeOf(value);
  if (node === null || node.outputMetas === undefined || node.edges.length === 0) return {};
  try {
    const roots = [value as Tensor];
    const first = nodesOf(roots).find(isNotFinite);
    const found: CheckFact =
      first === undefined
        ? { name: "computed by", text: node.op.name }
        : { name: "failing node", text: `${first.op.name}, the first result that is not finite` };
    return { facts: [found, ...lineFact(lineOfNode(first ?? node))], tape: tapeOf(roots, (n) => n === first) };
  } catch {
    return {};
  }
}

/** Returns numbers as a picture; nothing for a single one, or for none. */
export function mapOf(label: string, { values, shape }: Pick<PlainNumbers, "values" | "shape">): CheckMap[] {
  const columns = shape.at(-1) ?? 1;
  if (values.length < 2 || columns === 0) return [];
  const rows = values.length / columns;
  const sizes = [mapRows, rows === 1 ? mapRows * mapColumns : mapColumns] as const;
  return [{ label, shape, grid: gridOfMatrix(values, [rows, columns], sizes) }];
}
