/** The error of an interrupted cell, with the source location where it stopped. */
import { basename } from "node:path";
import { offsetOf } from "../../shared/positions.ts";
import { headLines } from "../errors/excerpt.ts";
import { describeThrown, type ErrorContent, excerptOf, offsetIn } from "../errors/traceback.ts";
import { type AsyncCall, KeyboardInterrupt } from "../execution/cancel-scope.ts";
import { locateSite } from "../locations/cell-sources.ts";
import { locateSiteInFile, shownPath } from "../locations/file-sources.ts";
import { frameLine } from "../locations/stacks.ts";

/** The error of an interrupted cell. */
export interface Interruption {
  readonly error: ErrorContent;
  /** Offset in the cell's source at which it stopped, where known. */
  readonly offset: number | null;
}

/** Records where running code was terminated through the inspector. */
export class StopSite {
  #stop: KeyboardInterrupt | null = null;

  /** Captures the stack of the code that is terminated next; the wire worker calls it on top of that code. */
  readonly note = (): void => {
    this.#stop = new KeyboardInterrupt();
    Error.captureStackTrace(this.#stop, this.note);
  };

  /** Whether code was terminated whose interrupt has not been handled yet. */
  get isNoted(): boolean {
    return this.#stop !== null;
  }

  /** Returns the captured stack and resets it. */
  take(): KeyboardInterrupt | null {
    const stop = this.#stop;
    this.#stop = null;
    return stop;
  }
}

/** Number of suspended functions that are shown. */
const maxFrames = 20;

/** A frame of a suspended async function. */
interface Frame {
  readonly text: string;
  readonly location: string;
  /** Offset in the interrupted cell; -1 outside of it. */
  readonly offset: number;
}

/**
 * Describes the interrupt of a cell.
 * @param cell Name of the interrupted cell.
 * @param stop The stack of the terminated code; `null` if no code ran.
 * @param suspendedAt Where async functions are suspended, the innermost first.
 * @param memory The error message if the heap was full; `null` for an interrupt by the user.
 */
export function describeInterrupt(
  cell: string,
  stop: KeyboardInterrupt | null,
  suspendedAt: readonly AsyncCall["location"][],
  memory: string | null,
): Interruption {
  const suspended = suspendedAt.flatMap((location) => frameOf(location, cell) ?? []);
  // the excerptOf source line, and the frames
  const ran = stop === null ? [] : describeThrown(stop).traceback.slice(1);
  const runningAt = ran.map((line) => /^ {4}at .*\(([^()]+)\)$/.exec(line)?.[1]).find((at) => at !== undefined);
  const [first] = suspended;
  const ename = memory === null ? "KeyboardInterrupt" : "OutOfMemory";
  const where =
    runningAt !== undefined ? ` at ${runningAt}` : first !== undefined ? ` while it waited at ${first.location}` : "";
  const evalue = memory ?? `the cell was interrupted${where}`;
  const more = suspended.length > maxFrames ? [`    … ${suspended.length - maxFrames} more that waited`] : [];
  const texts = suspended.slice(0, maxFrames).map((frame) => frame.text);
  const error = {
    ename,
    evalue,
    traceback: [...headLines(ename, evalue), ...(runningAt === undefined ? excerptOf(texts) : ran), ...texts, ...more],
  };
  const offset = Math.max(suspended.at(-1)?.offset ?? -1, (stop && offsetIn(stop, cell)) ?? -1);
  return { error, offset: offset < 0 ? null : offset };
}

/** Returns the frame of a function that is suspended; `null` where its source is not known. */
function frameOf({ name, file, site }: AsyncCall["location"], running: string): Frame | null {
  const inCell = locateSite(basename(file), site);
  if (inCell !== null) {
    const { cell, line, column } = inCell;
    const location = `${cell.name}:${line}:${column}`;
    return {
      text: frameLine(name, location),
      location,
      offset: cell.name === running ? offsetOf(cell.code, line - 1, column - 1) : -1,
    };
  }
  const inFile = locateSiteInFile(file, site);
  if (inFile === null) return null;
  const location = `${shownPath(file)}:${inFile.line}:${inFile.column}`;
  return { text: frameLine(name, location), location, offset: -1 };
}
