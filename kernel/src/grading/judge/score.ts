/** The score of a test, from its run in the judge. */
import type { PartResult } from "tapelab/check";

/** The run of a test. */
export interface TestRun {
  /** The value that it threw; `null` if it ran to its end. */
  readonly thrown: { readonly error: unknown } | null;
  /** Its last value; `undefined` if it has none. */
  readonly value: unknown;
  readonly parts: readonly PartResult[];
}

/** A score, and a line for the log of the grader. */
export interface Score {
  readonly score: number;
  readonly log: string | null;
}

const words = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "unknown"}`;
  return String(value);
};

/**
 * Returns the score of a test that is worth `points`. One that throws gives none. Parts give their share, of the points that the parts are worth together; a last
 * value that is a number between 0 and the points is the score, and one that is no such number is an error in the log, and gives none.
 */
export function scoreOf({ thrown, value, parts }: TestRun, points: number): Score {
  if (thrown !== null) return { score: 0, log: null };
  const total = parts.reduce((sum, part) => sum + part.points, 0);
  const earned = parts.reduce((sum, part) => sum + part.earned, 0);
  if (total > 0 && (value === undefined || value === earned)) return { score: (earned / total) * points, log: null };
  if (value === undefined || value === true) return { score: points, log: null };
  if (value === false) return { score: 0, log: null };
  if (typeof value === "number" && value >= 0 && value <= points) return { score: value, log: null };
  return { score: 0, log: `the last value must be a number between 0 and ${points}, but is ${words(value)}` };
}
