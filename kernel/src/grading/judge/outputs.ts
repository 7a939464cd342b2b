/* oxlint-disable typescript/no-unnecessary-type-conversion -- values of a submission may be of any type, whatever is declared */
/** The outputs of cells and tests in the graded notebook. */
import { type CheckData, CheckError, type PartResult } from "tapelab/check";
import { checkOutput, escapeText, outcomeOfFailure, outcomeOfPart } from "tapelab/view";

/** An output of a cell. */
export type Output = Readonly<Record<string, unknown>>;

export const stream = (text: string): Output[] =>
  text === "" ? [] : [{ output_type: "stream", name: "stdout", text }];

const display = (data: Readonly<Record<string, unknown>>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});

/** Returns the name and message of what was thrown. */
export function namesOf(thrown: unknown): { readonly name: string; readonly message: string } {
  if (thrown instanceof Error)
    return { name: String(thrown.name).slice(0, 100), message: String(thrown.message).slice(0, 4000) };
  let text: string;
  try {
    text = String(thrown);
  } catch {
    text = "a value that cannot be shown";
  }
  return { name: "Error", message: text.slice(0, 4000) };
}

/** Returns the outputs for what a cell or a visible test threw. */
export function errorOutputs(thrown: unknown): Output[] {
  const { name, message } = namesOf(thrown);
  const error = { output_type: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
  if (!(thrown instanceof CheckError)) return [error];
  return [display(checkOutput.bundle(outcomeOfFailure(thrown.data))), error];
}

/** Returns the outputs of a hidden test that failed: the kind of check and the hint, without values. */
export function hiddenOutputs(thrown: unknown): Output[] {
  const data = thrown instanceof CheckError ? thrown.data : null;
  const hint = data?.hints[0];
  const text = `A hidden test failed${data === null ? "" : ` (${data.check})`}.${hint === undefined ? "" : ` Hint: ${hint}`}`;
  return [
    display({ "text/plain": text, "text/html": `<p>${escapeText(text)}</p>` }),
    { output_type: "error", ename: "HiddenTestFailed", evalue: text, traceback: [text] },
  ];
}

/** Returns a failure of a hidden test: the kind of check and the hints. Values, lines and pictures are left out by naming what is kept. */
const concealed = ({ check, hints }: CheckData): CheckData => ({
  check,
  sentence: "a hidden test failed",
  facts: [],
  hints,
  table: null,
  maps: [],
  tape: null,
});

/** Returns the line of a part, with its failure where it is visible. */
export function partOutput(part: PartResult, isHidden: boolean): Output {
  const { failure } = part;
  const shown = !isHidden || failure === null ? part : { ...part, failure: concealed(failure) };
  return display(checkOutput.bundle(outcomeOfPart(shown)));
}

/** Returns the score as the result of a cell, as nbgrader reads it. */
export const scoreOutput = (score: number): Output => ({
  output_type: "execute_result",
  execution_count: null,
  data: { "text/plain": String(score) },
  metadata: {},
});
