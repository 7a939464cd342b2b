/** Lanes of the gutter beside a tape: a connection from each line to the lines that read its result. */
import type { TapeData } from "../../protocol/index.ts";
import { Cover } from "./cover.ts";
import type { Line } from "./rows.ts";

/** A connection from the line that computes a tensor to a line that reads it. */
interface Connection {
  readonly from: number;
  readonly to: number;
}

/** A connection in its lane. */
export interface Lane extends Connection {
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
function lineOfRows(tape: TapeData, lines: readonly Line[]): number[] {
  const lineOf = new Array<number>(tape.rows.op.length).fill(-1);
  lines.forEach((line, i) => {
    if (line.kind === "row") lineOf[line.row] = i;
    else if (line.folded) for (let r = line.first; r <= line.last; r++) lineOf[r] = i;
  });
  return lineOf;
}

/** Returns the connections between different lines, each once, the shortest first. */
function connectionsOf(tape: TapeData, lineOf: readonly number[], lineCount: number): Connection[] {
  const seen = new Set<number>();
  const connections: Connection[] = [];
  tape.rows.inputs.forEach((inputs, row) => {
    const to = lineOf[row];
    for (const input of inputs) {
      const from = input < 0 ? -1 : lineOf[input];
      const key = from * lineCount + to;
      if (from < 0 || from === to || seen.has(key)) continue;
      seen.add(key);
      connections.push({ from, to });
    }
  });
  return connections.sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
}

/** Assigns each connection to the innermost lane that is free along it, the shortest connections first. */
export function lanesOf(tape: TapeData, lines: readonly Line[]): Lanes {
  const lineOf = lineOfRows(tape, lines);
  const dots = new Set(lineOf);
  const areNeighbours = ({ from, to }: Connection): boolean => {
    for (let i = from + 1; i < to; i++) if (dots.has(i)) return false;
    return true;
  };
  const taken = Array.from({ length: maxLanes - 1 }, () => new Cover(lines.length));
  let width = 0;
  const lanes = connectionsOf(tape, lineOf, lines.length).map((connection): Lane => {
    if (areNeighbours(connection)) return { ...connection, lane: 0 };
    const { from, to } = connection;
    let lane = 0;
    while (lane < maxLanes - 1 && !taken[lane].isFree(from, to)) lane++;
    taken[lane]?.add(from, to);
    width = Math.max(width, lane + 1);
    return { from, to, lane: lane + 1 };
  });
  return { lanes, width };
}
