/** The error of an interrupted cell, with the place where it stopped. */
import { basename } from "node:path";
import { offsetOf } from "../../shared/positions.ts";
import { headLines } from "../errors/excerpt.ts";
import { describeThrown, type ErrorContent, marked, offsetIn } from "../errors/traceback.ts";
import { locateSite } from "../locations/cells.ts";
import { locateSiteInFile, shownPath } from "../locations/files.ts";
import { frameLine } from "../locations/stacks.ts";
import { KeyboardInterrupt, type Waiting } from "../ownership/cancel-scope.ts";

export interface Interruption {
  readonly error: ErrorContent;
  /** In the cell's text, where it was left. */
  readonly offset: number | null;
}

/** Where code ran that was terminated. */
export class StopSite {
  #stop: KeyboardInterrupt | null = null;

  /** Called on top of the code that is terminated next. */
  readonly note = (): void => {
    this.#stop = new KeyboardInterrupt();
    Error.captureStackTrace(this.#stop, this.note);
  };

  /** Whether code was terminated whose interrupt is still to come. */
  get isNoted(): boolean {
    return this.#stop !== null;
  }

  take(): KeyboardInterrupt | null {
    const stop = this.#stop;
    this.#stop = null;
    return stop;
  }
}

/** Functions that wait and are shown. */
const maxFrames = 20;

/** An async function that waits. */
interface Frame {
  readonly text: string;
  readonly place: string;
  /** Of the cell. */
  readonly offset: number;
}

/**
 * `cell`: the name of the interrupted one. `stop`: made on top of the code that was terminated, if code ran. `places`: where functions wait, the
 * innermost first. `memory`: what is said where the heap was the reason.
 */
export function describeInterrupt(
  cell: string,
  stop: KeyboardInterrupt | null,
  places: readonly Waiting["place"][],
  memory: string | null,
): Interruption {
  const waiting = places.flatMap((place) => frameOf(place, cell) ?? []);
  // the line with its mark, and the frames
  const ran = stop === null ? [] : describeThrown(stop).traceback.slice(1);
  const runningAt = ran.map((line) => /^ {4}at .*\(([^()]+)\)$/.exec(line)?.[1]).find((place) => place !== undefined);
  const [first] = waiting;
  const ename = memory === null ? "KeyboardInterrupt" : "OutOfMemory";
  const where =
    runningAt !== undefined ? ` at ${runningAt}` : first !== undefined ? ` while it waited at ${first.place}` : "";
  const evalue = memory ?? `the cell was interrupted${where}`;
  const more = waiting.length > maxFrames ? [`    … ${waiting.length - maxFrames} more that waited`] : [];
  const texts = waiting.slice(0, maxFrames).map((frame) => frame.text);
  const error = {
    ename,
    evalue,
    traceback: [...headLines(ename, evalue), ...(runningAt === undefined ? marked(texts) : ran), ...texts, ...more],
  };
  const offset = Math.max(waiting.at(-1)?.offset ?? -1, (stop && offsetIn(stop, cell)) ?? -1);
  return { error, offset: offset < 0 ? null : offset };
}

function frameOf({ name, file, site }: Waiting["place"], running: string): Frame | null {
  const inCell = locateSite(basename(file), site);
  if (inCell !== null) {
    const { cell, line, column } = inCell;
    const place = `${cell.name}:${line}:${column}`;
    return {
      text: frameLine(name, place),
      place,
      offset: cell.name === running ? offsetOf(cell.code, line - 1, column - 1) : -1,
    };
  }
  const inFile = locateSiteInFile(file, site);
  if (inFile === null) return null;
  const place = `${shownPath(file)}:${inFile.line}:${inFile.column}`;
  return { text: frameLine(name, place), place, offset: -1 };
}
