/** The text of docs/causes.md: all causes that `explain` and `diagnose` look for, from their records. */
import type { Symptom } from "../../engine/src/inspect/causes/cause.ts";
import { gradientCauses } from "../../engine/src/inspect/causes/gradient-causes.ts";
import { trainingCauses } from "../../engine/src/inspect/causes/training/index.ts";

/** The part of a cause's record that the page shows. */
export interface CauseEntry {
  readonly id: string;
  readonly symptoms: readonly Symptom[];
  readonly title: string;
  readonly mechanism: string;
  readonly remedy: string;
}

/** All causes: those of one gradient, then those of a training. */
export const allCauses: readonly CauseEntry[] = [...gradientCauses, ...trainingCauses];

const sections: readonly (readonly [symptom: Symptom, title: string, sentence: string])[] = [
  ["null", "The gradient is null", "Nothing reached the tensor, or what reached it was not kept."],
  ["zero", "The gradient is 0", "The op is named that stopped the gradient, and not the ops behind it."],
  ["tiny", "The gradient is tiny", "The rate along the way from the loss, and the ops that account for it."],
  ["huge", "The gradient is huge", "The rate along the way from the loss, and the ops that account for it."],
  [
    "not finite",
    "The gradient is NaN or infinite",
    "The first op, forward or backward, that made a number that is not finite.",
  ],
  [
    "not learning",
    "The gradient is there, and the tensor or the model does not learn",
    "What happens to the gradient after backward, and what the data and the loss ask for.",
  ],
];

const anchor = (id: string): string => `\`${id}\``;

/** Returns the entry of one cause. */
const entry = ({ id, title, mechanism, remedy }: CauseEntry): string =>
  `### ${title}\n\n${anchor(id)}\n\n${mechanism}\n\n*To do:* ${remedy}\n`;

/** Returns the page. Each cause is described once, in the section of its first symptom. */
export function causesPage(): string {
  const described = new Set<string>();
  const parts = sections.flatMap(([symptom, title, sentence]) => {
    const all = allCauses.filter((cause) => cause.symptoms.includes(symptom));
    const own = all.filter((cause) => !described.has(cause.id));
    const others = all.filter((cause) => described.has(cause.id));
    for (const cause of own) described.add(cause.id);
    const also =
      others.length === 0
        ? ""
        : `\nAlso: ${others.map((cause) => `${cause.title} (${anchor(cause.id)})`).join(", ")}, described above.\n`;
    return [`## ${title}\n\n${sentence}\n${also}`, ...own.map(entry)];
  });
  return [
    `# Causes\n\nAll ${allCauses.length} causes that [\`explain\`](explain.md) looks for in the gradient of one tensor and [\`diagnose\`](diagnose.md) in a training. \`npm run causes\` writes this page from the records of the causes in \`engine/src/inspect/causes\`.\n`,
    ...parts,
  ].join("\n");
}
