/** Short texts about a stop, which text, table and extension share. */
import type { StopData, StopTensor } from "../../protocol/index.ts";
import { formatNorm, formatShape, nonFiniteWords, summaryWords } from "../shared/format.ts";
import { placeSentence, stackOf, stackWords } from "../shared/places.ts";

const momentWords: Readonly<Record<StopData["moment"], string>> = {
  result: "after",
  cotangent: "in backward before the rule of",
  contribution: "in backward after the rule of",
  leaf: "in backward at",
};

/** Returns where the program stopped: `after log, in encoder, cell [3], line 2`. */
export function stopPlace({ moment, op: name, label, scope, place, cells }: StopData): string {
  const named = label === name ? name : `${name} (${label})`;
  const op = moment === "leaf" ? "a leaf, before its gradient is accumulated" : named;
  const parts = [
    `${momentWords[moment]} ${op}`,
    scope === "" ? "" : `in ${scope}`,
    place === null ? "" : placeSentence(cells, place),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Returns the headline: `Stopped after log, cell [3], line 2`, or how the program went on. */
export function stopHeadline(data: StopData): string {
  const at = stopPlace(data);
  switch (data.outcome) {
    case "stopped":
      return `Stopped ${at}`;
    case "continued":
      return `Stopped ${at}, and went on`;
    case "aborted":
      return `Stopped ${at}, and ended there`;
    case "interrupted":
      return `Stopped ${at}, and was interrupted`;
    case "expired":
      return `Stopped ${at}, and went on without a front end`;
    case "passed":
      return `Did not stop ${at}, as no front end is there that shows stops`;
  }
}

/** Returns what made the program stop: `breakpoint: NaN; op log`, or `a step`. */
export const stopCause = ({ breakpoints }: StopData): string =>
  breakpoints.length === 0
    ? "a step"
    : `breakpoint${breakpoints.length === 1 ? "" : "s"}: ${breakpoints.map(({ text }) => text).join("; ")}`;

/** Returns the call stack in a line; empty for a single frame, which the headline has. */
export const stopStack = ({ cells, frames, frame }: StopData): string =>
  stackOf(frames, frame).length < 2 ? "" : stackWords(cells, frames, frame);

/** Returns the number of stops of the cell, beyond one. */
export const stopCount = ({ count }: StopData): string => (count < 2 ? "" : `stop ${count} of this cell`);

/** Returns how many tensors were left out; empty for none. */
export const stopOmitted = ({ omitted = 0 }: StopData): string =>
  omitted === 0 ? "" : `${omitted} more tensor${omitted === 1 ? " is" : "s are"} left out.`;

/** Returns the tensor in words: role, name, shape, dtype, value and norm. */
export const stopTensorCells = ({ role, name, shape, dtype, summary }: StopTensor): readonly string[] => [
  role,
  name,
  `${dtype} ${formatShape(shape)}`,
  nonFiniteWords(summary) || summaryWords(summary),
  formatNorm(summary.norm),
];
