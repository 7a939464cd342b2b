/** Texts and sizes of the nodes of a graph. */
import { summaryAt, type TapeData } from "../../protocol/index.ts";
import { cut, formatCount, formatNorm, formatNumber, formatShape } from "../shared/format.ts";
import type { GraphNode, VisibleGraph } from "./visible.ts";

/** Characters of a name that are drawn. */
const maxName = 26;
const nameWidth = 7.2;
const noteWidth = 6;

/** The texts of a node: its name, and smaller lines about its value and its gradient. */
export interface NodeTexts {
  readonly name: string;
  readonly value: string;
  readonly gradient: string;
}

/** Returns the value of a row as `= 24` for a scalar whose value is known, else its shape. */
function valueText({ rows }: TapeData, row: number): string {
  const value = summaryAt(rows.value, row);
  if (value?.count !== 1) return formatShape(rows.shape[row]);
  return `= ${value.nan > 0 ? "NaN" : value.inf > 0 ? "±∞" : formatNumber(value.min)}`;
}

/** Returns the gradient of a row as `grad 0.25` for a scalar, else as its norm; empty where it is not known. */
function gradientText({ rows }: TapeData, row: number): string {
  const gradient = summaryAt(rows.gradient, row);
  if (gradient === null) return rows.gradientState[row] === "zero" ? "grad 0" : "";
  if (gradient.nan > 0) return "grad NaN";
  return gradient.count === 1 ? `grad ${formatNumber(gradient.min)}` : `|grad| ${formatNorm(gradient.norm)}`;
}

/** Returns the texts of a node. A closed container has those of its last row, and the number of its ops. */
export function nodeTexts(tape: TapeData, { item, leaf }: GraphNode): NodeTexts {
  if (item === null)
    return { name: cut(tape.leaves.name[leaf], maxName), value: formatShape(tape.leaves.shape[leaf]), gradient: "" };
  const last = item.rows[item.rows.length - 1];
  const ops = item.kind === "op" ? "" : `${formatCount(item.rows.length)} ops `;
  return { name: cut(item.name, maxName), value: `${ops}${valueText(tape, last)}`, gradient: gradientText(tape, last) };
}

/** Returns the size of a node that is not an open container. */
export function nodeSize(tape: TapeData, node: GraphNode): { readonly width: number; readonly height: number } {
  const { name, value, gradient } = nodeTexts(tape, node);
  const width = Math.max(name.length * nameWidth, value.length * noteWidth, gradient.length * noteWidth) + 18;
  if (node.item === null) return { width: Math.max(width, 40), height: 34 };
  return { width: Math.max(width, 64), height: gradient === "" ? 38 : 52 };
}

/** Returns whether a finding belongs to one of a node's rows. */
export function hasFinding({ findings }: TapeData, { item, isOpen }: GraphNode): boolean {
  if (item === null || isOpen) return false;
  const rows = new Set(item.rows);
  return findings.some(({ row }) => rows.has(row));
}

const kindWords = {
  op: "operation",
  scope: "scope",
  fold: "repeated blocks",
  block: "block",
  group: "group of operations",
} as const;

/** Returns a node in a sentence, for screen readers: kind, value, what it reads, and what reads it. */
export function nodeSentence({ tape, byKey, edges }: VisibleGraph, node: GraphNode): string {
  const { name, value, gradient } = nodeTexts(tape, node);
  const kind = node.item === null ? (node.leafKind ?? "tensor") : kindWords[node.item.kind];
  const names = (keys: readonly string[]): string =>
    keys
      .slice(0, 6)
      .flatMap((key) => byKey.get(key) ?? [])
      .map((other) => nodeTexts(tape, other).name)
      .join(", ");
  const reads = names(edges.filter(({ to }) => to === node.key).map(({ from }) => from));
  const readBy = names(edges.filter(({ from }) => from === node.key).map(({ to }) => to));
  return [
    `${name}, ${kind}`,
    value,
    gradient,
    reads === "" ? "" : `reads ${reads}`,
    readBy === "" ? "" : `read by ${readBy}`,
    hasFinding(tape, node) ? "has a finding" : "",
  ]
    .filter((text) => text !== "")
    .join("; ");
}
