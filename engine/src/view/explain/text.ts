/** Explanations as plain text. */
import type { CauseFinding, ExplanationData, Place, PlaceLine } from "../../protocol/index.ts";
import { formatShape, formatShare } from "../shared/format.ts";
import { alignColumns } from "../shared/table.ts";

/** Characters of a line of text, beyond which it is wrapped. */
const lineWidth = 100;

/** Returns `cell [3], line 2`, or `file:2`; "" where the line is not known. */
export const lineWords = (at: PlaceLine | null): string =>
  at === null
    ? ""
    : at.count === null
      ? `${at.file.split("/").at(-1)}:${at.line}`
      : `cell [${at.count}], line ${at.line}`;

/** Returns the share of a finding in words; "" for the only one that accounts for everything. */
export const shareWords = ({ share }: CauseFinding): string =>
  share >= 1 ? "" : formatShare(Math.round(share * 1e4), 1e4);

/** The kinds of findings in words. */
export const kindWords: Readonly<Record<CauseFinding["kind"], string>> = {
  fault: "",
  question: "unless intended",
  fact: "for information",
};

/** Breaks a text into lines, of which the first begins with `head`, and the others with as many spaces. */
function wrap(text: string, head = ""): string[] {
  const indent = " ".repeat(head.length);
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(" ")) {
    if (line.length > indent.length && line.length + word.length + 1 > lineWidth) {
      lines.push(line);
      line = indent;
    }
    line += line.length === indent.length ? word : ` ${word}`;
  }
  return [...lines, line];
}

const placeCells = ({ op, scope, shape, at, note }: Place): string[] => [
  `  ${op}`,
  op === "…" ? "" : formatShape(shape),
  scope,
  lineWords(at),
  note,
];

/** Returns the lines of one finding. */
function findingLines(finding: CauseFinding, i: number, several: boolean): string[] {
  const { cause, sentence, path, evidence, fix } = finding;
  const about = [cause, shareWords(finding), kindWords[finding.kind]].filter((t) => t !== "").join(", ");
  const mark = several ? `${i + 1}. ` : "";
  return [
    "",
    ...(several ? wrap(`${sentence} (${about})`, mark) : [`  cause  ${about}`]),
    ...(path.length === 0 ? [] : ["  path", ...alignColumns(path.map(placeCells)).map((l) => `  ${l}`)]),
    ...(evidence.length === 0
      ? []
      : ["  evidence", ...alignColumns(evidence.map(({ name, value }) => [`  ${name}`, value])).map((l) => `  ${l}`)]),
    ...(fix === "" ? [] : wrap(fix, "  to do  ")),
  ];
}

/** Returns an explanation as text. */
export function explainText({ sentence, findings, checked, limits, state }: ExplanationData): string {
  const isOpen = findings.every((f) => f.kind === "fact");
  return [
    ...wrap(sentence),
    ...findings.flatMap((f, i) => findingLines(f, i, findings.length > 1)),
    ...(isOpen && checked.length > 0
      ? ["", ...wrap(`${state === "sound" ? "Looked for" : "Looked for, and not found"}: ${checked.join(", ")}.`, "")]
      : []),
    ...limits.flatMap((limit) => ["", ...wrap(limit)]),
  ].join("\n");
}
