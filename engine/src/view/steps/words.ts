/** Steps in words and numbers. */
import type { Num, StepDetail, StepInput, StepsData, StepTensor } from "../../protocol/index.ts";
import { formatNorm, formatNumber, formatShape, nonFiniteWords } from "../shared/format.ts";
import { plainFormula } from "../shared/formula.ts";
import type { GradientNow, Moment, Replay } from "./replay.ts";

/** Elements up to which a tensor is written as numbers in a line of text. */
const maxInline = 4;

/** Returns the elements of a tensor in nested brackets. */
function nested(values: readonly Num[], shape: readonly number[]): string {
  if (shape.length === 0) return formatNumber(values[0] ?? null);
  const size = values.length / shape[0];
  const parts = Array.from({ length: shape[0] }, (_, i) =>
    nested(values.slice(i * size, (i + 1) * size), shape.slice(1)),
  );
  return `[${parts.join(", ")}]`;
}

/** Returns a tensor in a few words: the numbers of a small one, else shape and norm. */
export function tensorWords(t: StepTensor | null): string {
  if (t === null) return "–";
  if (t.values !== null && t.values.length <= maxInline && t.values.length > 0) return nested(t.values, t.shape);
  const bad = nonFiniteWords(t.summary);
  return `${formatShape(t.shape)} ${bad === "" ? `norm ${formatNorm(t.summary.norm)}` : bad}`;
}

/** Returns the statistics of a tensor: shape, mean, deviation, range and norm. */
export function statisticsWords({ shape, summary: s }: StepTensor): string {
  if (s.count === 1) return formatShape(shape);
  const bad = nonFiniteWords(s);
  return [
    formatShape(shape),
    ...(bad === "" ? [] : [bad]),
    `μ ${formatNumber(s.mean)} σ ${formatNumber(s.std)}`,
    `${formatNumber(s.min)} … ${formatNumber(s.max)}`,
    `norm ${formatNorm(s.norm)}`,
  ].join(" · ");
}

/** Returns how many consumers have contributed: `1 of 2 consumers`. */
export const consumerWords = ({ nth, consumers }: { readonly nth: number; readonly consumers: number }): string =>
  `${nth} of ${consumers} consumer${consumers === 1 ? "" : "s"}`;

/** Returns what the contributions to an input add up to. */
export const sumWords = (input: StepInput): string =>
  `${tensorWords(input.sum ?? input.contribution)} after ${consumerWords(input)}`;

/** Returns the product of a step for one input: `1 × 3 = 3 to a`. */
export function productWords(upstream: StepTensor | null, input: StepInput): string {
  if (input.contribution === null) return `nothing goes to ${input.name}`;
  const factors = [upstream, ...(input.local === null ? [] : [input.local])].map(tensorWords).join(" × ");
  return `${factors} ${input.local === null ? "→" : "="} ${tensorWords(input.contribution)} to ${input.name}`;
}

const inScope = (scope: string): string => (scope === "" ? "" : ` in ${scope}`);

/** A step of a backward pass, to write. */
export interface BackwardStepWords {
  readonly index: number;
  readonly op: string;
  readonly scope: string;
  readonly rule: string;
  readonly detail: StepDetail;
}

/** Returns a step of a backward pass in a line, with a line for each input. */
export function backwardStepText({ index, op, scope, rule, detail }: BackwardStepWords): string {
  const inputs = detail.inputs.flatMap((input) =>
    input === null ? [] : [`  ${productWords(detail.upstream, input)}; sum ${sumWords(input)}`],
  );
  const formula = rule === "" ? "" : `, ${plainFormula(rule)}`;
  const replaced = detail.isReplaced ? ["  a hook has replaced the upstream gradient"] : [];
  return [`backward step ${index}: ${op}${inScope(scope)}${formula}`, ...replaced, ...inputs].join("\n");
}

/** A step of a forward pass, to write. */
export interface ForwardStepWords {
  readonly index: number;
  readonly op: string;
  readonly scope: string;
  readonly rule: string;
  readonly inputs: readonly { readonly name: string; readonly value: StepTensor | null }[];
  readonly output: StepTensor | null;
}

/** Returns a step of a forward pass in two lines. */
export function forwardStepText({ index, op, scope, rule, inputs, output }: ForwardStepWords): string {
  const formula = rule === "" ? "" : `, ${plainFormula(rule)}`;
  const operands = inputs.map(({ name, value }) => `${name} ${tensorWords(value)}`).join(", ");
  return `forward step ${index}: ${op}${inScope(scope)}${formula}\n  ${operands} → ${tensorWords(output)}`;
}

/** Returns the scopes of a row, outermost first, joined by `/`. */
export function stepScopePath({ tape }: StepsData, row: number): string {
  const names: string[] = [];
  for (let s = tape.rows.scope[row] ?? -1; s >= 0; s = tape.scopes.parent[s] ?? -1) names.unshift(tape.scopes.name[s]);
  return names.join("/");
}

/** Returns the name of a row's op. */
export const stepOp = ({ tape }: StepsData, row: number): string => tape.ops.name[tape.rows.op[row]] ?? "";

/** Returns the phase and the step in words: `backward, step 4 of 8: relu in act2`. */
export function momentWords(data: StepsData, { phase, row, nth, of }: Moment): string {
  if (phase === "start") return "before the first step";
  return `${phase}, step ${nth} of ${of}: ${stepOp(data, row)}${inScope(stepScopePath(data, row))}`;
}

/** Returns a gradient at a position in words; one that has not been computed is never written as a number. */
export function gradientNowWords({ state, tensor, summary, nth, consumers }: GradientNow): string {
  if (state === "notYet") return "not yet";
  if (state === "none") return "no gradient";
  const words =
    tensor !== null ? tensorWords(tensor) : summary === null ? "not stored" : `norm ${formatNorm(summary.norm)}`;
  return state === "part" ? `${words} (${nth} of ${consumers})` : words;
}

/** Returns a step as a sentence for a status line and for screen readers. */
export function stepSentence(replay: Replay, position: number): string {
  const { data } = replay;
  const moment = replay.at(position);
  if (moment.phase === "start") return "Nothing has been computed yet.";
  const detail = data.details[moment.row] ?? null;
  if (detail === null) return "The numbers of this step were left out to limit the size.";
  if (moment.phase === "forward")
    return detail.value === "changed"
      ? "The result has been changed in place since, so its value here is not known."
      : detail.value === null
        ? "The value of the result was not kept."
        : `The result is ${tensorWords(detail.value)}.`;
  const passed = detail.inputs.flatMap((input) =>
    input === null ? [] : [`${productWords(detail.upstream, input)}, sum ${sumWords(input)}`],
  );
  const hook = detail.isReplaced ? "A hook has replaced the upstream gradient. " : "";
  return `${hook}${passed.join("; ")}.`;
}

/** Returns a sentence with the name of the result and the numbers of steps, and sentences on what is missing. */
export function stepsHeadline(data: StepsData): string {
  const { tape, totals } = data;
  return `Steps of ${tape.title}: ${totals.forward} forward, ${passWords(data)}`;
}

/** Returns how far the backward pass has come. */
export function passWords({ pass, totals, skipped, backward }: StepsData): string {
  switch (pass) {
    case "notRun":
      return "backward has not run";
    case "notKept":
      return "backward has run, but its gradients were not kept";
    case "part":
      return `${skipped.backward + backward.length} of ${totals.backward} backward`;
    case "complete":
      return `${totals.backward} backward`;
  }
}

/** Returns sentences on what was left out to limit the size. */
export function omittedStepWords({ tape, totals, skipped, backward, withoutDetails, pass }: StepsData): string[] {
  const stored = tape.rows.op.length;
  const rows = totals.forward - stored;
  const left: string[] = [];
  if (rows > 0) {
    const first = skipped.forward;
    left.push(
      first === rows
        ? `The first ${rows} ops, and their steps, are left out.`
        : `${rows} ops, and their steps, are left out: ${first} before those below, and ${rows - first} after them.`,
    );
  }
  const steps = totals.backward - skipped.backward - backward.length;
  if (pass === "complete" && steps > 0 && rows === 0) left.push(`${steps} backward steps are left out.`);
  if (withoutDetails > 0)
    left.push(
      `Of ${withoutDetails} of ${stored} steps the pictures are left out, and where there was no room the numbers too.`,
    );
  return left;
}
