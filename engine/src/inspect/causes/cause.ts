/**
 * Causes: reasons why a gradient is missing, zero, tiny, huge or not finite, or why a model does not learn. Each cause is one file, with the predicate that
 * finds it in a case, its evidence, its sentence and its fix. A case has the facts that predicates read: `explain` makes one for a tensor, `diagnose` one for
 * the steps of a model.
 */
import type { CauseFinding } from "../../protocol/index.ts";

/** The effect of a cause. */
export type Symptom = "null" | "zero" | "tiny" | "huge" | "not finite" | "not learning";

/** A cause that is looked for in cases of type `C`. */
export interface Cause<C> {
  /** Name in words joined by `-`, unique among all causes, such as `"dead-relu"`. */
  readonly id: string;
  readonly symptoms: readonly Symptom[];
  /** The cause in a few words, as the title of its entry in the docs. */
  readonly title: string;
  /** Why it has this effect, and how it differs from others, for the docs. */
  readonly mechanism: string;
  /** The remedy, for the docs. */
  readonly remedy: string;
  /** Returns what is found in the case; an empty list if the cause does not hold or is not certain enough to be named. */
  readonly find: (subject: C) => readonly Omit<CauseFinding, "cause">[];
}

/** A finding as a predicate writes it: a fault that accounts for everything, with the remedy of the cause, unless it says otherwise. */
export type Draft = Partial<Omit<CauseFinding, "cause" | "sentence">> & Pick<CauseFinding, "sentence">;

/** The record of a cause whose predicate writes drafts. */
export interface CauseSpec<C> extends Omit<Cause<C>, "find"> {
  readonly find: (subject: C) => readonly Draft[];
}

/** Defines a cause. */
export function defineCause<C>(spec: CauseSpec<C>): Cause<C> {
  const { find, remedy } = spec;
  return {
    ...spec,
    find: (subject) =>
      find(subject).map((draft) => ({ kind: "fault", share: 1, path: [], evidence: [], fix: remedy, ...draft })),
  };
}

/** Looks for the causes in a case: findings, those with the largest share first, faults before questions and facts. Equal sentences are one finding. */
export function findCauses<C>(causes: readonly Cause<C>[], subject: C): CauseFinding[] {
  const rank = { fault: 0, question: 1, fact: 2 };
  const found = new Map<string, CauseFinding>();
  for (const cause of causes)
    for (const finding of cause.find(subject)) {
      const key = `${cause.id} ${finding.sentence}`;
      const share = Math.min((found.get(key)?.share ?? 0) + finding.share, 1);
      found.set(key, { ...(found.get(key) ?? finding), cause: cause.id, share: Number(share.toPrecision(6)) });
    }
  return [...found.values()].sort((a, b) => rank[a.kind] - rank[b.kind] || b.share - a.share);
}
