/** The error of a failed check. */
import type { CheckData } from "../../protocol/index.ts";
import { displayAs } from "../../tensor/symbols.ts";
import { checkHtml } from "../../view/check/html.ts";
import { checkMessage, checkText } from "../../view/check/text.ts";

const empty = { facts: [], hints: [], table: null, tape: null } as const;

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
    displayAs(this.prototype, (error) => ({ "text/html": checkHtml(error.data), "text/plain": checkText(error.data) }));
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
