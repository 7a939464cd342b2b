/** An explained error as plain text, with the operands drawn to scale by characters. */
import type { ErrorOperand, ShapesData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { alignColumns } from "../shared/table.ts";
import { dimText, isMarked, scaleOf } from "./drawing.ts";
import {
  fixWords,
  moduleWords,
  noFixWords,
  operandWords,
  originWords,
  placeWords,
  stepWords,
  tapeWords,
} from "./words.ts";

const [widest, tallest] = [22, 6];
const maxWidth = 96;
const maxSteps = 6;

/** The size of a dimension; one that does not agree is marked by `≠`. */
const dimLabel = (data: ShapesData, at: number, dim: number): string =>
  `${isMarked(data, at, dim) ? "≠ " : ""}${dimText(data.operands[at], dim)}`;

/** Draws one operand in lines. */
function drawBlock(data: ShapesData, at: number, side: (n: number) => number): string[] {
  const { shape, name, dtype } = data.operands[at];
  const rank = shape.length;
  const above = [...shape.keys()].filter((d) => d !== rank - 2).map((d) => dimLabel(data, at, d));
  const width = rank === 0 ? 1 : Math.max(1, Math.round(side(shape[rank - 1]) * widest));
  const height = rank < 2 ? 1 : Math.max(1, Math.round(side(shape[rank - 2]) * tallest));
  const wall = "─".repeat(width);
  const beside = rank > 1 ? ` ${dimLabel(data, at, rank - 2)}` : rank === 0 ? " scalar" : "";
  const box = Array.from(
    { length: height },
    (_, i) => `│${" ".repeat(width)}│${i === (height - 1) >> 1 ? beside : ""}`,
  );
  const wrong = data.wrongDTypes.length > 0 ? [`${data.wrongDTypes.includes(at) ? "≠ " : ""}${dtype}`] : [];
  return [cut(name, 30), ...wrong, ...above, `┌${wall}┐`, ...box, `└${wall}┘`];
}

/** Puts blocks beside each other, bottom-aligned. */
function beside(blocks: readonly (readonly string[])[], symbol: string): string[] {
  const height = Math.max(0, ...blocks.map((b) => b.length));
  const lines = Array.from({ length: height }, () => "");
  blocks.forEach((block, i) => {
    const width = Math.max(...block.map((line) => line.length));
    const top = height - block.length;
    for (let l = 0; l < height; l++) {
      const sign = i === 1 && l === height - 2 ? ` ${symbol} `.padEnd(4) : "    ";
      lines[l] += `${i === 0 ? "  " : sign}${(block[l - top] ?? "").padEnd(width)}`;
    }
  });
  return lines.map((line) => line.trimEnd());
}

/** Draws the operands, in as many rows as the width needs. */
function drawAll(data: ShapesData): string[] {
  const { side } = scaleOf(data, 1, 0.01);
  const rows: string[][][] = [[]];
  let used = 0;
  data.operands.forEach((_, i) => {
    const block = drawBlock(data, i, side);
    const width = Math.max(...block.map((line) => line.length)) + 4;
    if (used + width > maxWidth && (rows.at(-1)?.length ?? 0) > 0) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(block);
    used += width;
  });
  return rows.flatMap((row, i) => beside(row, i === 0 ? data.symbol : ""));
}

/** Returns the table of the operands' origins. */
function origins(operands: readonly ErrorOperand[]): string[] {
  return alignColumns(
    operands.map((o) => [`  ${cut(o.name, 30)}`, operandWords(o), cut(originWords(o), 44), placeWords(o.place)]),
  );
}

/** Returns the fixes, each in a line. */
export const fixLines = (data: ShapesData): string[] =>
  data.fixes.map((fix) => `  ${fix.warning === null ? "✓" : "!"} ${fix.code}  ${fixWords(fix)}`);

/** Returns the reason and the fixes, as a traceback ends with. */
export const reasonLines = (data: ShapesData): string[] =>
  [data.sentence, moduleWords(data), ...data.notes, ...fixLines(data)].filter((line) => line !== "");

/** Returns an explained error as text. */
export function shapesText(data: ShapesData): string {
  const module = moduleWords(data);
  const steps = data.tape.steps.slice(-maxSteps);
  const none = noFixWords(data);
  return [
    `${data.error}: ${data.message}`,
    ...(data.place === null ? [] : [`${placeWords(data.place)}${data.code === "" ? "" : `:  ${cut(data.code, 70)}`}`]),
    "",
    ...drawAll(data),
    "",
    ...origins(data.operands),
    "",
    data.sentence,
    ...(module === "" ? [] : [`${module[0].toUpperCase()}${module.slice(1)}.`]),
    ...data.notes,
    ...fixLines(data),
    ...(none === "" ? [] : [none]),
    "",
    tapeWords(data),
    ...steps.map((step) => `  ${[stepWords(step), placeWords(step.place)].filter((t) => t !== "").join("  ")}`),
  ].join("\n");
}
