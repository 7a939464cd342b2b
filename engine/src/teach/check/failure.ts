/** The error of a failed check. */
import type { CheckData } from "../../protocol/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { displayAs } from "../../tensor/symbols.ts";
import { checkOutput } from "../../view/check/output.ts";
import { checkMessage } from "../../view/check/text.ts";
import { outcomeOfFailure } from "../../view/check/words.ts";
import { isArray } from "./builtins.ts";
import { wordsOf } from "./plain.ts";

const empty = { facts: [], hints: [], table: null, maps: [], tape: null } as const;

/**
 * The error of a failed check: its message says what was expected, what came, and a hint. A notebook shows it with a table of the worst elements and the tape.
 * @example
 * let error: unknown;
 * try { check.close(2, 3); } catch (e) { error = e; }
 * (error as CheckError).data.sentence; // "expected 3, but got 2"
 */
export class CheckError extends Error {
  override readonly name: string = "CheckError";
  readonly #data: CheckData;

  constructor(data: Pick<CheckData, "check" | "sentence"> & Partial<CheckData>) {
    const complete: CheckData = { ...empty, ...data };
    super(checkMessage(complete));
    this.#data = complete;
  }

  /** The facts of the failure. */
  get data(): CheckData {
    return this.#data;
  }

  static {
    displayAs(this.prototype, (error) => checkOutput.bundle(outcomeOfFailure(error.data)));
  }
}

/** Returns an error that a check met as the data of a failure. */
export function failureOf(check: string, error: unknown): CheckData {
  if (error instanceof CheckError) return error.data;
  return { ...empty, check, sentence: `threw ${errorWords(error)}` };
}

/** Returns `TypeError: …` for an error, and the value for anything else that was thrown. */
export function errorWords(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return String(error);
}

/** Hints of the instructor, from the general to the concrete. */
export type OwnHints = string | readonly string[];

/** Returns the hints of the instructor as a list. */
export function hintList(check: string, given: unknown): readonly string[] {
  if (given === undefined) return [];
  const list: readonly unknown[] = isArray(given) ? given : [given];
  const texts = list.filter((text): text is string => typeof text === "string");
  if (texts.length < list.length)
    throw new ArgumentError(check, `hint must be a text, or a list of texts, but got ${wordsOf(given)}`);
  return texts;
}

/** Returns a failure whose hints begin with those of the instructor. */
export const withHints = (data: CheckData, own: readonly string[]): CheckData =>
  own.length === 0 ? data : { ...data, hints: [...own, ...data.hints] };

/** Returns the error of a failure with the hints of the instructor; other errors as they are. The stack stays that of the check. */
export function hinted(error: unknown, own: readonly string[]): unknown {
  if (!(error instanceof CheckError) || own.length === 0) return error;
  const made = new CheckError(withHints(error.data, own));
  made.stack = (error.stack ?? "").replace(error.message, () => made.message);
  return made;
}
