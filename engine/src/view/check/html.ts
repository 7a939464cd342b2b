/**
 * A failed check as plain semantic HTML, without scripts, so that every reader of notebooks and every feedback page shows it. Its only style is the padding of cells, which
 * nbgrader's pages set to 0.
 */
import type { CheckData, PartResult } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { pointsText } from "./text.ts";

const padding: Readonly<Record<string, string>> = { style: "padding: 2px 12px 2px 0" };

const row = (...cells: readonly string[]): string => element("tr", {}, ...cells);

/** Returns the sentence, the facts, the hint, the table and the tape. */
export function checkHtml({ check, sentence, facts, hints, table, tape }: CheckData): string {
  const factRows = facts.map(({ name, text }) =>
    row(
      element("th", { scope: "row", ...padding }, escapeText(name)),
      element("td", padding, element("code", {}, escapeText(text))),
    ),
  );
  const [hint] = hints;
  const elements =
    table === null
      ? ""
      : element(
          "table",
          {},
          element(
            "thead",
            {},
            row(...table.heads.map((text) => element("th", { scope: "col", ...padding }, escapeText(text)))),
          ),
          element(
            "tbody",
            {},
            ...table.rows.map((cells) => row(...cells.map((text) => element("td", padding, escapeText(text))))),
          ),
        );
  return [
    element("p", {}, element("b", {}, escapeText(check)), escapeText(`: ${sentence}`)),
    factRows.length === 0 ? "" : element("table", {}, element("tbody", {}, ...factRows)),
    hint === undefined ? "" : element("p", {}, element("b", {}, "Hint: "), escapeText(hint)),
    elements,
    table !== null && table.omitted > 0 ? element("p", {}, `… and ${table.omitted} more`) : "",
    tape === null ? "" : element("p", {}, "The tape:") + element("pre", {}, escapeText(tape)),
  ].join("");
}

/** Returns the line of a part, with its failure. */
export function partHtml(part: PartResult): string {
  const { name, points, earned, failure } = part;
  const head = `${failure === null ? "✓" : "✗"} ${name} (${pointsText(earned)} of ${pointsText(points)})`;
  return element("p", {}, element("b", {}, escapeText(head))) + (failure === null ? "" : checkHtml(failure));
}
