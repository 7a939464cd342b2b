/** A diagnosis as plain semantic HTML. It has no scripts, and reads without its styles, so that every reader of notebooks shows it. */
import type { CauseFinding, DiagnosisData } from "../../protocol/index.ts";
import { element, escapeText, leftAligned } from "../shared/markup.ts";
import { diagnosisFacts, diagnosisHeadline, evidenceWords, findingKinds, whereWords } from "./words.ts";

const heads: readonly string[] = ["", "cause", "why", "evidence", "where", "fix"];

function row(finding: CauseFinding): string {
  const { sign, word } = findingKinds[finding.kind];
  const cells = [finding.sentence, evidenceWords(finding), whereWords(finding), finding.fix];
  return element(
    "tr",
    {},
    element("td", leftAligned, escapeText(`${sign} ${word}`)),
    element("th", { scope: "row", ...leftAligned }, escapeText(finding.cause)),
    ...cells.map((text) => element("td", leftAligned, escapeText(text))),
  );
}

/** Returns the diagnosis as a table with a row for each finding. */
export function diagnosisHtml(data: DiagnosisData): string {
  const head = heads.map((text) =>
    element(text === "" ? "td" : "th", text === "" ? {} : { scope: "col", ...leftAligned }, escapeText(text)),
  );
  return [
    element("p", {}, element("b", {}, escapeText(diagnosisHeadline(data)))),
    element("p", {}, escapeText(diagnosisFacts(data).join("; "))),
    data.findings.length === 0
      ? ""
      : element(
          "table",
          {},
          element("thead", {}, element("tr", {}, ...head)),
          element("tbody", {}, ...data.findings.map(row)),
        ),
    data.omitted > 0 ? element("p", {}, `… and ${data.omitted} more findings`) : "",
  ].join("");
}
