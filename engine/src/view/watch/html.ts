/** The layers of a watched training as plain semantic HTML, which every reader of notebooks shows. */
import type { WatchData } from "../../protocol/index.ts";
import { findingKinds, whereWords } from "../diagnosis/words.ts";
import { type Attributes, element, escapeText, leftAligned } from "../shared/markup.ts";
import { layerRows, runRows } from "./text.ts";
import { alarmTitle, watchFacts, watchTitle } from "./words.ts";

/** Returns a table whose first column has the heads of the rows; `texts` are the other columns that are no numbers. */
function table(rows: readonly (readonly string[])[], texts: ReadonlySet<number> = new Set()): string {
  const [heads, ...body] = rows;
  const align = (column: number): Attributes => (column === 0 || texts.has(column) ? leftAligned : {});
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element("tr", {}, ...heads.map((text, i) => element("th", { scope: "col", ...align(i) }, escapeText(text)))),
    ),
    element(
      "tbody",
      {},
      ...body.map((row) =>
        element(
          "tr",
          {},
          ...row.map((text, i) =>
            i === 0
              ? element("th", { scope: "row", ...align(i) }, escapeText(text))
              : element("td", align(i), escapeText(text)),
          ),
        ),
      ),
    ),
  );
}

/** Returns the tables of a watch: the alarms, the runs if there are several, and the layers. */
export function watchTable(data: WatchData): string {
  const { alarms, layers } = data;
  const found = alarms.map((alarm) => {
    const { step, finding } = alarm;
    const { sign } = findingKinds[finding.kind];
    const title = `${sign} ${alarmTitle(alarm)}`;
    return [title, step.toLocaleString("en"), finding.sentence, whereWords(finding), finding.fix];
  });
  const runs = runRows(data);
  return [
    element("p", {}, element("b", {}, escapeText(watchTitle(data))), escapeText(`: ${watchFacts(data).join(", ")}`)),
    found.length === 0 ? "" : table([["alarm", "step", "why", "where", "fix"], ...found], new Set([2, 3, 4])),
    runs.length === 0 ? "" : table(runs),
    table(layerRows(data)),
    layers.omitted > 0 ? element("p", {}, `… and ${layers.omitted} more layers`) : "",
  ].join("");
}
