/** What is said of an interrupted cell: where it stopped. */
import { basename } from "node:path";
import { offsetOf } from "../language/positions.ts";
import { type CellPosition, locateSite } from "./cells.ts";
import { excerpt, headLines } from "./excerpt.ts";
import type { Waiting } from "./life.ts";
import type { ErrorContent } from "./traceback.ts";

export interface Interruption {
  readonly error: ErrorContent;
  /** In the cell's text, where it was left. */
  readonly offset: number | null;
}

/** Frames that are shown. */
const maxFrames = 20;

/** `places`: where its functions wait, the innermost first. `memory`: what is said where the heap was the reason. */
export function describeInterrupt(places: readonly Waiting["place"][], memory: string | null): Interruption {
  const frames = places.flatMap(({ name, file, site }) => {
    const at = locateSite(basename(file), site);
    return at === null ? [] : [{ name, at }];
  });
  const first = frames[0]?.at;
  const ename = memory === null ? "KeyboardInterrupt" : "OutOfMemory";
  const message = memory ?? "the cell was interrupted";
  const evalue = first === undefined ? message : `${message} while it waited at ${placeOf(first)}`;
  const more = frames.length > maxFrames ? [`    … ${frames.length - maxFrames} more that waited`] : [];
  const last = frames.at(-1)?.at;
  const error = {
    ename,
    evalue,
    traceback: [
      ...headLines(ename, evalue),
      ...(first === undefined ? [] : excerpt(first.cell.code, first.line, first.column)),
      ...frames.slice(0, maxFrames).map(({ name, at }) => `    at ${name === "" ? "" : `${name} `}(${placeOf(at)})`),
      ...more,
    ],
  };
  return {
    error,
    offset: last === undefined ? null : offsetOf(last.cell.code, last.line - 1, last.column - 1),
  };
}

const placeOf = ({ cell, line, column }: CellPosition): string => `${cell.name}:${line}:${column}`;
