/** Explains a gradient: looks for the causes, and encodes what was found as the JSON that a notebook stores. */
import type { CauseFinding, ExplainedState, ExplanationData } from "../../protocol/index.ts";
import type { Symptom } from "../causes/cause.ts";
import type { GradientCase } from "../causes/gradient/case.ts";
import { num } from "../causes/gradient/words.ts";
import { causesOf, gradientFindings } from "../causes/gradient-causes.ts";
import { isHuge, isTiny } from "../causes/size/limits.ts";
import { summarize } from "../shared/statistics.ts";

/** Findings that are stored. */
const maxFindings = 12;

/** Encodes the explanation of a case. */
export function encodeExplanation(c: GradientCase): ExplanationData {
  const findings = gradientFindings(c);
  const state = stateOf(c, findings);
  const { tensor, gradient } = c;
  return {
    schema: 1,
    subject: c.name,
    shape: tensor.shape,
    dtype: tensor.dtype,
    state,
    sentence: sentenceOf(c, state, findings),
    gradient: gradient === null ? null : summarize(gradient),
    findings: findings.slice(0, maxFindings),
    checked: checkedFor(state),
    limits: limitsOf(c),
  };
}

/** Returns what is wrong: by the elements of the gradient, else by the first finding that is no fact. */
function stateOf(c: GradientCase, findings: readonly CauseFinding[]): ExplainedState {
  const { state } = c;
  if (state !== null) return state;
  const first = findings.find((f) => f.kind === "fault") ?? findings.find((f) => f.kind === "question");
  if (first === undefined) return "sound";
  return symptomOf(first, c);
}

/** Returns the symptom for which a cause was found in a gradient that is finite and not 0. */
function symptomOf(finding: CauseFinding, c: GradientCase): ExplainedState {
  if (isTiny(c)) return "tiny";
  if (isHuge(c)) return "huge";
  const partial: readonly Symptom[] = ["not learning", "zero"];
  return (
    partial.find((s) => causesOf(s).some((cause) => cause.id === finding.cause && (s !== "zero" || c.zeroShare > 0))) ??
    "not learning"
  );
}

const stateWords: Readonly<Record<ExplainedState, string>> = {
  null: "is null",
  zero: "is 0",
  tiny: "is tiny",
  huge: "is huge",
  "not finite": "is not finite",
  "not learning": "is there, but the tensor does not learn",
  sound: "is sound",
};

function sentenceOf(c: GradientCase, state: ExplainedState, findings: readonly CauseFinding[]): string {
  const { numbers, name } = c;
  const words = state === "zero" && c.state === null ? "is partly 0" : stateWords[state];
  const isComputed = c.grad !== null || c.flow?.ran === true || c.formed === null;
  const head = `The gradient ${isComputed ? "of" : "that backward would compute for"} ${name} ${words}`;
  if (state === "sound") {
    const size = numbers === null ? "" : `: norm ${num(numbers.norm)}, ${numbers.count} elements, all finite`;
    return `${head}${size}.`;
  }
  const first = findings.find((f) => f.kind !== "fact");
  if (first === undefined) return `${head}, and none of the known causes was found.`;
  return `${head}: ${clauseOf(first.sentence, c)}`;
}

/** Returns a sentence as a clause after the name of the tensor, which it need not repeat. */
function clauseOf(sentence: string, { name, title }: GradientCase): string {
  if (sentence.startsWith("The gradient "))
    return sentence.replace("The gradient ", "it ").replaceAll(name, "the tensor");
  const begin = sentence.startsWith(title)
    ? `it${sentence.slice(title.length)}`
    : sentence.replace(/^(The|Its|An?) /, (word) => word.toLowerCase());
  return begin.replace(`from ${name} to`, "from it to");
}

/** Returns the titles of the causes that were looked for. */
const checkedFor = (state: ExplainedState): string[] => {
  const symptoms: readonly Symptom[] = state === "sound" ? ["zero", "tiny", "huge", "not learning"] : [state];
  return [...new Set(symptoms.flatMap((s) => causesOf(s).map((cause) => cause.title)))];
};

/** Returns what could not be known. */
function limitsOf({ flow, edge }: GradientCase): string[] {
  if (edge === null) return [];
  if (flow === null)
    return [
      "No loss is known, so the ops on the way to it were not looked at: pass { loss }, the tensor on which backward ran.",
    ];
  if (flow.source === "unknown")
    return [
      "The values and cotangents of the ops were not kept, and backward has freed what its rules read: pass { loss: () => … }, a function that computes the loss again, or call explain before backward.",
    ];
  if (!flow.isComplete && flow.source === "watched")
    return ["Some ops were beyond the number that is watched, and nothing is known about them but their place."];
  return [];
}
