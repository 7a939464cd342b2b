/** The definition of causes of trainings that do not learn, the words of their findings, and the search for them. */
import type { CauseFinding, Evidence, FindingKind, Place } from "../../../protocol/index.ts";
import type { TrainingCase } from "../../diagnose/record/case.ts";
import type { Cause, Symptom } from "../cause.ts";
import { interruptedWalk } from "../null/interrupted.ts";
import { inputUnits } from "../size/input-units.ts";
import type { GradientFinding } from "./gradients.ts";

/**
 * The certainty of a cause. `"structure"`: a fact about ops, gradients or updates proves it. `"dynamics"`: it is concluded from how weights and losses change, or
 * may follow from a fault of the first kind, and is named only where there is none. `"data"`: it is concluded from data and losses, and is named only where nothing else is found.
 */
export type Certainty = "structure" | "dynamics" | "data";

/** A cause that is looked for in the steps of a training. */
export interface TrainingCause extends Cause<TrainingCase> {
  readonly certainty: Certainty;
}

/** Defines a cause of a training. */
export const trainingCause = (cause: TrainingCause): TrainingCause => cause;

export type Found = Omit<CauseFinding, "cause">;

/** Returns evidence from names and values. */
export const evidenceOf = (facts: Readonly<Record<string, string>>): Evidence[] =>
  Object.entries(facts).map(([name, value]) => ({ name, value }));

/** The parts of a finding; `share` is 1 and `path` is empty by default. */
interface Parts {
  readonly sentence: string;
  readonly fix: string;
  readonly evidence?: Readonly<Record<string, string>>;
  readonly path?: readonly Place[];
  readonly share?: number;
}

const finding =
  (kind: FindingKind) =>
  ({ sentence, fix, evidence = {}, path = [], share = 1 }: Parts): Found => ({
    kind,
    share,
    sentence,
    path,
    evidence: evidenceOf(evidence),
    fix,
  });

/** Returns a finding that explains why a training is wrong. */
export const fault: (parts: Parts) => Found = finding("fault");
/** Returns a finding that is wrong unless it is intended. */
export const question: (parts: Parts) => Found = finding("question");
/** Returns a finding that is unusual, and harmless by itself. */
export const fact: (parts: Parts) => Found = finding("fact");

/** Formats a number for a sentence. */
export function show(v: number): string {
  if (v === 0 || !Number.isFinite(v)) return String(v);
  const a = Math.abs(v);
  return a >= 1e5 || a < 1e-3 ? v.toExponential(1) : String(Number(v.toPrecision(3)));
}

/** Formats a share in per cent. */
export const percent = (v: number): string => `${100 * v < 1e4 ? Math.round(100 * v) : show(100 * v)} %`;

/** Formats a shape. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Joins names: the first few, and the number of the others. */
export function namesText(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

const rank: Readonly<Record<FindingKind, number>> = { fault: 0, question: 1, fact: 2 };

/** A finding with the effects of its cause. */
interface WithSymptoms {
  readonly finding: CauseFinding;
  readonly symptoms: readonly Symptom[];
}

const isFault = ({ finding }: WithSymptoms): boolean => finding.kind === "fault";

/** Returns the finding, or a fact in its place if another finding that is at least as certain accounts for the same effect. */
function unlessExplained({ finding, symptoms }: WithSymptoms, others: readonly WithSymptoms[]): CauseFinding {
  const isExplained = others.some(
    (o) => rank[o.finding.kind] <= rank[finding.kind] && o.symptoms.some((s) => symptoms.includes(s)),
  );
  return isExplained ? { ...finding, kind: "fact" } : finding;
}

/**
 * Looks for causes in the order of their certainty, and returns the findings: faults before questions and facts, then by share. `gradients` are the findings about
 * gradients. They are consequences, and so facts, where a cause in the training accounts for the same effect, or where they begin after the first step and another
 * fault is found.
 */
export function findTrainingCauses(
  causes: readonly TrainingCause[],
  subject: TrainingCase,
  gradients: readonly GradientFinding[],
): CauseFinding[] {
  const look = (certainty: Certainty): WithSymptoms[] =>
    causes.flatMap((cause) =>
      cause.certainty === certainty
        ? cause.find(subject).map((f) => ({ finding: { cause: cause.id, ...f }, symptoms: cause.symptoms }))
        : [],
    );
  const found = look("structure");
  // a backward that ended with the error of the step is a consequence of what explains the error
  const isFailed = subject.error !== null && found.some(isFault);
  const isConsequence = ({ cause }: CauseFinding): boolean => isFailed && cause === interruptedWalk.id;
  const early = gradients.flatMap((g) => (g.isEarly ? [{ ...g, finding: unlessExplained(g, found) }] : []));
  if (![...found, ...early].some(isFault)) found.push(...look("dynamics"));
  const explained = [...found, ...early].some(isFault);
  const all = found.map((f) => f.finding);
  const isScaled = found.some((f) => f.finding.cause === "inputs-not-normalized");
  for (const g of gradients) {
    // the unit of the inputs is named once
    if (isScaled && g.finding.cause === inputUnits.id) continue;
    const finding = unlessExplained(g, found);
    all.push(isConsequence(finding) || (!g.isEarly && explained) ? { ...finding, kind: "fact" } : finding);
  }
  if (!all.some((f) => f.kind !== "fact")) all.push(...look("data").map((f) => f.finding));
  return all.sort((a, b) => rank[a.kind] - rank[b.kind] || b.share - a.share);
}
