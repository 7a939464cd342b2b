/** The words of a diagnosis, which all its forms share. */
import type { CauseFinding, DiagnosisData, FindingKind } from "../../protocol/index.ts";
import { lineWords } from "../explain/text.ts";
import { formatCount, formatNumber } from "../shared/format.ts";

/** A kind of finding, as a word and with the sign that stands before it. */
export const findingKinds: Readonly<Record<FindingKind, { readonly word: string; readonly sign: string }>> = {
  fault: { word: "fault", sign: "▲" },
  question: { word: "question", sign: "?" },
  fact: { word: "fact", sign: "·" },
};

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** Returns the counts of findings by kind, such as `2 faults, 1 question`; "" for none. */
function countsOf(findings: readonly CauseFinding[]): string {
  const kinds: readonly FindingKind[] = ["fault", "question", "fact"];
  return kinds
    .flatMap((kind) => {
      const n = findings.filter((f) => f.kind === kind).length;
      return n === 0 ? [] : [plural(n, findingKinds[kind].word)];
    })
    .join(", ");
}

/** Returns the first sentence of a diagnosis: how many findings there are. */
export function diagnosisHeadline({ findings, steps, checked }: DiagnosisData): string {
  const counts = countsOf(findings);
  return counts === ""
    ? `Nothing found in ${plural(steps, "step")}: ${checked} causes were checked.`
    : `${counts[0].toUpperCase()}${counts.slice(1)} in ${plural(steps, "step")}.`;
}

/** Returns the facts of the steps: the loss, the size of the model, whether the state was restored, and the error that ended the steps. */
export function diagnosisFacts({ losses, parameters, elements, restored, error }: DiagnosisData): string[] {
  const finite = losses.length > 0;
  return [
    ...(finite ? [`loss ${formatNumber(losses[0])} → ${formatNumber(losses[losses.length - 1])}`] : []),
    `${plural(parameters, "parameter")} with ${formatCount(elements)} elements`,
    ...(restored ? ["weights and optimizers were restored"] : []),
    ...(error === null ? [] : [`the steps ended with: ${error}`]),
  ];
}

/** Returns where a finding is: the line of its last place that has one; "" if none has. */
export function whereWords({ path }: CauseFinding): string {
  const place = path.findLast((p) => p.at !== null);
  return place === undefined ? "" : lineWords(place.at);
}

/** Returns a finding's evidence as one text. */
export const evidenceWords = ({ evidence }: CauseFinding): string =>
  evidence.map(({ name, value }) => (name === "" ? value : `${name}: ${value}`)).join("; ");
