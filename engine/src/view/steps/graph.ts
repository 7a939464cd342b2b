/** A small tape as a node-link graph: a box for each tensor, with its value and its gradient. */
import type { StepsData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { type Layout, type LayoutEdge, type LayoutNode, layOut } from "./layout.ts";
import { Replay } from "./replay.ts";
import { gradientNowWords, stepOp, tensorWords } from "./words.ts";

/** The ops of the largest tape that is drawn as a graph, and the leaves. */
const maxOps = 30;
const maxLeaves = 60;

/** Whether a tape is drawn as a graph. */
export const isDrawn = ({ tape, totals }: StepsData): boolean =>
  tape.rows.op.length > 0 &&
  totals.forward <= maxOps &&
  totals.forward === tape.rows.op.length &&
  tape.leaves.name.length <= maxLeaves;

/** The texts of a box at a position. */
export interface BoxTexts {
  readonly value: string;
  /** `null` for a constant, which has no gradient. */
  readonly gradient: string | null;
  /** Whether the value, and the gradient or a part of it, have been computed. */
  readonly hasValue: boolean;
  readonly hasGradient: boolean;
}

/** A box: the output of a row, or a leaf. A constant has a box for each of its uses. */
export interface Box {
  /** Number of the box. */
  readonly id: number;
  /** The row, or -1 minus the index of the leaf. */
  readonly target: number;
  /** The name of the tensor; empty for none. */
  readonly name: string;
  /** The op; empty for a leaf. */
  readonly op: string;
  readonly isConstant: boolean;
}

/** An edge from the box of an input to that of the op that reads it. */
export interface Link extends LayoutEdge {
  /** Position of the input. */
  readonly input: number;
}

/** The graph with its layout. */
export interface StepGraph {
  readonly replay: Replay;
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  readonly layout: Layout;
}

/** Pixels of the boxes, and of a character of their texts. */
export const boxHeight = 58;
export const boxPadding = 9;
/** Pixels of the labels before value and gradient. */
export const labelWidth = 41;
const character = 6.8;
const titleCharacter = 7;
const narrowest = 96;
const longestText = 26;

/** Width from which a graph runs downwards, if it is narrower so. */
const widest = 1060;

/** Returns the texts of a box at a position. */
export function boxTexts(replay: Replay, box: Box, position: number): BoxTexts {
  const { data } = replay;
  const { target } = box;
  const isComputed = target < 0 || replay.isComputed(target, position);
  const value = target < 0 ? data.leaves[-1 - target] : (data.details[target]?.value ?? null);
  const words = value === "changed" ? "changed since" : value === null ? "not kept" : tensorWords(value);
  const gradient = box.isConstant ? null : replay.gradientOf(target, position);
  return {
    value: isComputed ? cut(words, longestText) : "not yet",
    gradient: gradient === null ? null : cut(gradientNowWords(gradient), longestText),
    hasValue: isComputed,
    hasGradient: gradient !== null && (gradient.state === "part" || gradient.state === "whole"),
  };
}

/** Returns the number of characters of the longest text that a box has at any position. */
function longestOf(replay: Replay, box: Box): number {
  let longest = 0;
  for (let position = 0; position <= replay.length; position++) {
    const { value, gradient } = boxTexts(replay, box, position);
    longest = Math.max(longest, value.length, gradient?.length ?? 0);
  }
  return longest;
}

/** Returns the graph of a small tape. */
export function stepGraph(data: StepsData): StepGraph {
  const replay = new Replay(data);
  const { rows, leaves } = data.tape;
  const boxes: Box[] = rows.op.map((_, row) => ({
    id: row,
    target: row,
    name: cut(data.names[row] ?? "", 18),
    op: cut(stepOp(data, row), 18),
    isConstant: false,
  }));
  const leafBox = new Map<number, number>();
  const addLeaf = (leaf: number): number => {
    const isConstant = leaves.kind[leaf] === "constant";
    const known = leafBox.get(leaf);
    if (known !== undefined && !isConstant) return known;
    const id = boxes.length;
    boxes.push({ id, target: -1 - leaf, name: cut(leaves.name[leaf], 18), op: "", isConstant });
    leafBox.set(leaf, id);
    return id;
  };
  const links = rows.inputs.flatMap((inputs, row) =>
    inputs.map((source, input): Link => ({ from: source < 0 ? addLeaf(-1 - source) : source, to: row, input })),
  );
  const sizes = boxes.map((box): LayoutNode => {
    const longest = longestOf(replay, box);
    const title = (box.name.length + box.op.length + 2) * titleCharacter;
    const width = Math.max(narrowest, title + 2 * boxPadding, longest * character + labelWidth + 2 * boxPadding);
    return {
      id: box.id,
      width: Math.ceil(width),
      height: box.isConstant ? boxHeight - 17 : boxHeight,
      isLeaf: box.target < 0,
    };
  });
  // x · x has two edges on one way
  const edges = links.filter((a, i) => links.findIndex((b) => b.from === a.from && b.to === a.to) === i);
  const right = layOut(sizes, edges, "right");
  const down = right.width > widest ? layOut(sizes, edges, "down") : right;
  return { replay, boxes, links, layout: down.width < right.width ? down : right };
}
