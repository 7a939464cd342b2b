/** A diagnosis as plain text. */
import type { CauseFinding, DiagnosisData } from "../../protocol/index.ts";
import { diagnosisFacts, diagnosisHeadline, evidenceWords, findingKinds, whereWords } from "./words.ts";

const width = 96;
const indent = "    ";

/** Breaks a text into lines of at most `width` characters. The first begins with the label, the others with as many spaces. */
function wrapped(text: string, label: string): string[] {
  const first = label === "" ? "" : `${indent}${label.padEnd(10)}`;
  const next = " ".repeat(first.length);
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

function findingText(finding: CauseFinding, n: number): string[] {
  const { sign, word } = findingKinds[finding.kind];
  const where = whereWords(finding);
  return [
    `${sign} ${n}. ${word}: ${finding.cause}${where === "" ? "" : ` (${where})`}`,
    ...wrapped(finding.sentence, "why"),
    ...(finding.evidence.length === 0 ? [] : wrapped(evidenceWords(finding), "evidence")),
    ...wrapped(finding.fix, "fix"),
  ];
}

/** Returns the diagnosis as text: a paragraph for each finding. */
export function diagnosisText(data: DiagnosisData): string {
  const facts = diagnosisFacts(data).join("; ");
  const more = data.omitted > 0 ? ["", `… and ${data.omitted} more findings`] : [];
  return [
    diagnosisHeadline(data),
    ...wrapped(`${facts[0].toUpperCase()}${facts.slice(1)}.`, ""),
    ...data.findings.flatMap((f, i) => ["", ...findingText(f, i + 1)]),
    ...more,
  ].join("\n");
}
