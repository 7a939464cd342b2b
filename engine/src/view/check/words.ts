/** Words about failed checks, which text, page and view share. */
import {
  type CheckData,
  type CheckFact,
  type CheckMap,
  type CheckOutcome,
  type CheckRow,
  type CheckTape,
  decodeNumber,
  type PartResult,
  type PlaceLine,
} from "../../protocol/index.ts";
import { formatShape } from "../shared/format.ts";

/** Returns a number of points without needless digits. */
export const pointsText = (points: number): string => String(Number(points.toFixed(2)));

/** Returns `2 of 3 points`. */
export const scoreWords = ({ points, earned }: Pick<PartResult, "points" | "earned">): string =>
  `${pointsText(earned)} of ${pointsText(points)} point${points === 1 ? "" : "s"}`;

/** Returns a line of the program as `cell 9 : line 6`, or `model.ts : line 2`; "" where it is not known. */
export function checkPlace(at: PlaceLine | null | undefined): string {
  if (at === null || at === undefined) return "";
  return `${at.count === null ? (at.file.split("/").at(-1) ?? at.file) : `cell ${at.count}`} : line ${at.line}`;
}

/** Returns the text of a fact, with its line. */
export const factText = ({ text, at }: CheckFact): string =>
  at === undefined ? text : text === "" ? checkPlace(at) : `${text}   (${checkPlace(at)})`;

/** The heads of the tape. */
export const tapeHeads: readonly string[] = ["op", "shape", "value", "line"];

/** Returns the name of an op with its innermost scope. */
export function checkRowName({ op, scope }: CheckRow): string {
  const inner = scope.split("/").at(-1) ?? "";
  return inner === "" || inner === op ? op : `${op} in ${inner}`;
}

/** Returns the cells of a row of the tape, in the order of the heads. */
export const tapeCells = (row: CheckRow): string[] => [
  checkRowName(row),
  formatShape(row.shape),
  row.value,
  checkPlace(row.at),
];

/** Returns the magnitude of the strongest colour of a picture. The first two, which are compared, have the same. */
export function mapScale(maps: readonly CheckMap[], i: number): number {
  const alike = i < 2 ? maps.slice(0, 2) : maps.slice(i, i + 1);
  return Math.max(...alike.map(({ grid }) => decodeNumber(grid.scale)));
}

/** Returns a sentence about the length of a tape. */
export function checkTapeWords({ rows, omitted }: CheckTape): string {
  const count = rows.length + omitted;
  return `The tape: ${count} op${count === 1 ? "" : "s"}${rows.some((row) => row.failing) ? ", the failing one marked" : ""}`;
}

/** Returns a part as a notebook stores it. */
export const outcomeOfPart = ({ failure, ...part }: PartResult): CheckOutcome => ({ schema: 1, part, failure });

/** Returns a failed check as a notebook stores it. */
export const outcomeOfFailure = (failure: CheckData): CheckOutcome => ({ schema: 1, part: null, failure });
