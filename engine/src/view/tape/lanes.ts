/** Lanes of the gutter beside a tape: a connection from each line to the lines that read its result. */
import type { TapeData } from "../../protocol/index.ts";
import { Cover } from "./cover.ts";
import { type Line, shownRow } from "./rows.ts";

/** A connection from the line that computes a tensor to a line that reads it. */
export interface Lane {
  readonly from: number;
  readonly to: number;
  /** 0 for neighbouring lines, whose connection runs through their dots; else counted away from the dots. */
  readonly lane: number;
}

/** The connections of all lines. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  /** Number of lanes beside that of the dots. */
  readonly width: number;
}

/** Lanes beside that of the dots; the outermost takes all connections that find no other. */
const maxLanes = 6;

/** Returns the line of each row, or -1 where the row is not displayed; the rows of a folded scope have its line. */
function lineOfRows(tape: TapeData, lines: readonly Line[]): Int32Array {
  const lineOf = new Int32Array(tape.rows.op.length).fill(-1);
  lines.forEach((line, i) => {
    if (line.kind === "row") lineOf[line.row] = i;
    else if (line.folded) for (let r = line.first; r <= line.last; r++) lineOf[r] = i;
  });
  return lineOf;
}

/**
 * Returns the connections between different lines, each once, the shortest first: as (to − from) · lineCount + from, because V8 sorts the numbers of a typed array several times faster than
 * objects.
 */
function connectionsOf(tape: TapeData, lineOf: Int32Array, lineCount: number): Float64Array {
  const keys: number[] = [];
  tape.rows.inputs.forEach((inputs, row) => {
    const to = lineOf[row];
    for (const input of inputs) {
      const from = input < 0 ? -1 : lineOf[input];
      if (from >= 0 && to > from) keys.push((to - from) * lineCount + from);
    }
  });
  return Float64Array.from(keys)
    .sort()
    .filter((key, i, sorted) => key !== sorted[i - 1]);
}

/** Assigns each connection to the innermost lane that is free along it, the shortest connections first. */
export function lanesOf(tape: TapeData, lines: readonly Line[]): Lanes {
  const lineOf = lineOfRows(tape, lines);
  const hasDot = lines.map((line) => shownRow(line) !== null);
  const areNeighbours = (from: number, to: number): boolean => {
    for (let i = from + 1; i < to; i++) if (hasDot[i]) return false;
    return true;
  };
  const taken = Array.from({ length: maxLanes - 1 }, () => new Cover(lines.length));
  let width = 0;
  const lanes = Array.from(connectionsOf(tape, lineOf, lines.length), (key): Lane => {
    const from = key % lines.length;
    const to = from + (key - from) / lines.length;
    if (areNeighbours(from, to)) return { from, to, lane: 0 };
    let lane = 0;
    while (lane < maxLanes - 1 && !taken[lane].isFree(from, to)) lane++;
    taken[lane]?.add(from, to);
    width = Math.max(width, lane + 1);
    return { from, to, lane: lane + 1 };
  });
  return { lanes, width };
}
