/** Words of reports on memory. */
import type { HolderKind, MemoryData, MemoryRow } from "../../protocol/index.ts";
import { formatBytes } from "../shared/format.ts";

/** The kinds of holders in words. */
export const holderWords: Readonly<Record<HolderKind, string>> = {
  variable: "variable",
  parameter: "parameter",
  buffer: "module",
  gradient: "gradient",
  optimizer: "optimizer",
  closure: "closure",
  graph: "recorded op",
  view: "view of the tape",
  unknown: "not found",
};

/** Returns a change of bytes with its sign. */
export const changeWords = (change: number): string => `${change < 0 ? "−" : "+"}${formatBytes(Math.abs(change))}`;

/** Returns the line of a row, such as `[3]:2`. */
export const rowLine = ({ at }: MemoryRow): string =>
  at === null
    ? ""
    : at.count === null
      ? `${at.file.slice(at.file.lastIndexOf("/") + 1)}:${at.line}`
      : `[${at.count}]:${at.line}`;

/** Returns the title and the facts in one line. */
export const memoryHeadline = ({ title, facts }: MemoryData): string => [title, ...facts].join(" · ");

/** Returns the number of rows that were left out, with their bytes; "" for none. */
export const omittedRows = ({ omitted: { rows, bytes } }: MemoryData): string =>
  rows === 0 ? "" : `… and ${rows} more, ${formatBytes(bytes)}`;

/** Whether rows have changes, as in a comparison. */
export const hasChanges = ({ rows }: MemoryData): boolean => rows.some(({ change }) => change !== null);
