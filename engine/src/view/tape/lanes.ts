/** The slim gutter that shows who feeds whom: dots in lane 0, and a lane of its own for every connection that skips a line. */
import type { TapeData } from "../../protocol/index.ts";
import type { Line } from "./rows.ts";

/** A connection between two lines. */
export interface Lane {
  readonly from: number;
  readonly to: number;
  /** 0 for neighbours, else counted outwards. */
  readonly lane: number;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  /** Number of lanes beside that of the dots. */
  readonly width: number;
}

/** More would be a thicket: the rest shares the outermost. */
const maxLanes = 6;

/** In one pass over the edges: short connections get the inner lanes. */
export function lanesOf(tape: TapeData, lines: readonly Line[]): Lanes {
  const lineOf = new Array<number>(tape.rows.op.length).fill(-1);
  lines.forEach((line, i) => {
    if (line.kind === "row") lineOf[line.row] = i;
    else if (line.folded) for (let r = line.first; r <= line.last; r++) lineOf[r] = i;
  });
  const dots = new Set(lineOf);
  /** Whether only headings lie between two lines. */
  const adjacent = (from: number, to: number): boolean => {
    for (let i = from + 1; i < to; i++) if (dots.has(i)) return false;
    return true;
  };
  const seen = new Set<number>();
  const edges: { readonly from: number; readonly to: number }[] = [];
  tape.rows.inputs.forEach((inputs, row) => {
    const to = lineOf[row];
    for (const input of inputs) {
      const from = input < 0 ? -1 : lineOf[input];
      const key = from * lines.length + to;
      if (from < 0 || from === to || seen.has(key)) continue;
      seen.add(key);
      edges.push({ from, to });
    }
  });
  edges.sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
  const busy: { readonly from: number; readonly to: number }[][] = [];
  let width = 0;
  const lanes = edges.map(({ from, to }): Lane => {
    if (adjacent(from, to)) return { from, to, lane: 0 };
    let lane = 0;
    while (lane < maxLanes - 1 && busy[lane]?.some((o) => o.from < to && from < o.to)) lane++;
    (busy[lane] ??= []).push({ from, to });
    width = Math.max(width, lane + 1);
    return { from, to, lane: lane + 1 };
  });
  return { lanes, width };
}
