/** The drawing of a failed call: its operands to scale, with the sizes and names of their dimensions, and arcs between those that do not agree. */
import type { ErrorOperand, ShapesData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";

/** A part of the drawing. Its role decides the colour. */
export type Mark =
  | {
      readonly kind: "box";
      readonly role: ErrorOperand["kind"];
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** Whether it stands behind another sheet. */
      readonly behind: boolean;
    }
  | {
      readonly kind: "text";
      readonly role: "size" | "clash" | "name" | "symbol" | "faint";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor: "start" | "middle" | "end";
    }
  | { readonly kind: "arc"; readonly d: string };

/** The drawing with its size. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** Longest and shortest side of a box, the shift between sheets, and gaps. */
const longest = 112;
const shortest = 7;
const sheetStep = 6;
const maxSheets = 4;
const gap = 26;
const symbolGap = 46;
/** Heights of the texts above a box and of the name below. */
const lineHeight = 15;
const arcHeight = 24;
/** Width of a character of the sizes, and of the names. */
const charWidth = 6.7;

/** Ratio of sizes up to which sides are proportional; beyond it, to their square roots. */
const widestRatio = 24;

/** The text of a dimension, such as `64 columns`. */
export const dimText = ({ shape, dims }: ErrorOperand, dim: number): string =>
  `${shape[dim] === -1 ? "?" : shape[dim]}${dims[dim] ? ` ${dims[dim]}` : ""}`;

/** Whether a dimension is marked, because its size does not agree with another one or with what the op takes. */
export const isMarked = ({ clashes, marked }: ShapesData, operand: number, dim: number): boolean =>
  [...clashes.flat(), ...marked].some(([o, d]) => o === operand && d === dim);

/** Returns the function from sizes to lengths of sides, and a note if they are not proportional. */
export function scaleOf(
  { operands }: ShapesData,
  most: number,
  least: number,
): { readonly side: (n: number) => number; readonly note: string } {
  const sizes = operands.flatMap((o) => (o.shape.length === 1 ? o.shape : o.shape.slice(-2))).filter((n) => n > 0);
  const top = Math.max(1, ...sizes);
  const isWide = top / Math.min(top, ...sizes) > widestRatio;
  const share = (n: number): number => (isWide ? Math.sqrt(n / top) : n / top);
  return {
    side: (n) => (n <= 0 ? least : Math.max(share(n) * most, least)),
    note: isWide ? "sides are drawn to the square roots of the sizes" : "sides are drawn to scale",
  };
}

/** Where the text of a dimension stands, from which its arc begins. */
interface Anchor {
  readonly x: number;
  readonly y: number;
}

/** One operand as it is drawn at the origin. */
interface Block {
  readonly width: number;
  readonly height: number;
  /** The middle of the box. */
  readonly middle: number;
  readonly marks: readonly Mark[];
  readonly anchors: readonly Anchor[];
}

const widthOf = (text: string): number => text.length * charWidth;

function drawBlock(data: ShapesData, at: number, side: (n: number) => number): Block {
  const operand = data.operands[at];
  const { shape, kind, name } = operand;
  const rank = shape.length;
  const columns = rank === 0 ? shortest : side(shape[rank - 1]);
  const rows = rank === 0 ? shortest : rank === 1 ? shortest + 3 : side(shape[rank - 2]);
  const leading = rank > 2 ? [...shape.keys()].slice(0, -2) : [];
  const sheets = leading.length === 0 ? 1 : Math.min(maxSheets, Math.max(1, ...leading.map((d) => shape[d])));
  const step = Math.min(sheetStep, Math.max(2.5, Math.min(columns, rows) / 3));
  const shift = (sheets - 1) * step;
  const top = lineHeight * (leading.length + 1) + 6;
  const marks: Mark[] = [];
  const anchors: Anchor[] = [];
  const text = (dim: number, x: number, y: number): void => {
    const isClash = isMarked(data, at, dim);
    const label = dimText(operand, dim);
    marks.push({ kind: "text", role: isClash ? "clash" : "size", x, y, text: label, anchor: "start" });
    anchors[dim] = { x: x + widthOf(label) / 2, y: y - 11 };
  };
  leading.forEach((dim, i) => text(dim, 0, lineHeight * (i + 1) - 4));
  if (rank > 0) text(rank - 1, 0, top - 8);
  for (let s = sheets - 1; s >= 0; s--)
    marks.push({
      kind: "box",
      role: kind,
      x: s * step,
      y: top + shift - s * step,
      width: columns,
      height: rows,
      behind: s > 0,
    });
  let right = columns + shift;
  if (rank > 1) {
    const y = top + shift / 2 + rows / 2 + 4;
    text(rank - 2, right + 6, y);
    right += 6 + widthOf(dimText(operand, rank - 2));
  }
  if (rank === 0)
    marks.push({ kind: "text", role: "faint", x: columns + 6, y: top + 8, text: "scalar", anchor: "start" });
  const bottom = top + shift + rows;
  const isWrong = data.wrongDTypes.includes(at);
  const shownName = cut(name, 28);
  marks.push({ kind: "text", role: "name", x: 0, y: bottom + lineHeight, text: shownName, anchor: "start" });
  const withDType = data.wrongDTypes.length > 0 && operand.dtype !== "";
  if (withDType)
    marks.push({
      kind: "text",
      role: isWrong ? "clash" : "faint",
      x: 0,
      y: bottom + 2 * lineHeight,
      text: operand.dtype,
      anchor: "start",
    });
  const labels = [...shape.keys()].filter((d) => d !== rank - 2 || rank < 2).map((d) => widthOf(dimText(operand, d)));
  return {
    width: Math.max(right, widthOf(shownName), ...labels, rank === 0 ? 60 : 0),
    height: bottom + (withDType ? 2 : 1) * lineHeight + 6,
    middle: top + shift / 2 + rows / 2,
    marks,
    anchors,
  };
}

const moveMark = (mark: Mark, dx: number, dy: number): Mark =>
  mark.kind === "arc" ? mark : { ...mark, x: mark.x + dx, y: mark.y + dy };

/** Draws the operands side by side, in as many rows as the width needs. */
export function drawOperands(data: ShapesData, maxWidth: number): Drawing {
  const { side } = scaleOf(data, longest, shortest);
  const blocks = data.operands.map((_, i) => drawBlock(data, i, side));
  const between = data.symbol === "" ? gap : symbolGap;
  const marks: Mark[] = [];
  const anchors: Anchor[][] = [];
  let [x, y, width] = [1, arcHeight, 0];
  let row: { readonly i: number; readonly x: number }[] = [];
  const endRow = (): void => {
    const middle = Math.max(0, ...row.map(({ i }) => blocks[i].middle));
    const height = Math.max(0, ...row.map(({ i }) => blocks[i].height + middle - blocks[i].middle));
    for (const { i, x: left } of row) {
      const dy = y + middle - blocks[i].middle;
      marks.push(...blocks[i].marks.map((mark) => moveMark(mark, left, dy)));
      anchors[i] = blocks[i].anchors.map((a) => ({ x: a.x + left, y: a.y + dy }));
      if (data.symbol !== "" && i === 1 && row.length > 1)
        marks.push({
          kind: "text",
          role: "symbol",
          x: left - symbolGap / 2,
          y: y + middle + 5,
          text: data.symbol,
          anchor: "middle",
        });
    }
    y += height + 8;
    row = [];
    x = 1;
  };
  blocks.forEach((block, i) => {
    if (row.length > 0 && x + block.width > maxWidth) endRow();
    row.push({ i, x });
    x += block.width + between;
    width = Math.max(width, x - between);
  });
  endRow();
  for (const [[a, i], [b, j]] of data.clashes) {
    const [from, to] = [anchors[a]?.[i], anchors[b]?.[j]];
    if (from !== undefined && to !== undefined) marks.push(...drawArc(from, to));
  }
  return { width, height: y, marks };
}

/** Draws an arc above two texts, with a sign in its middle. */
function drawArc(from: Anchor, to: Anchor): Mark[] {
  const top = Math.min(from.y, to.y) - arcHeight;
  const middle = (from.x + to.x) / 2;
  const peak = 0.25 * from.y + 0.5 * top + 0.25 * to.y;
  return [
    {
      kind: "arc",
      d: `M${round(from.x)} ${round(from.y)}Q${round(middle)} ${round(top)} ${round(to.x)} ${round(to.y)}`,
    },
    { kind: "text", role: "clash", x: round(middle), y: round(peak) - 2, text: "≠", anchor: "middle" },
  ];
}

const round = (v: number): number => Math.round(v * 10) / 10;
