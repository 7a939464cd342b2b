/** The layers of a watched training as plain semantic HTML, which every reader of notebooks shows. */
import type { WatchData } from "../../protocol/index.ts";
import { findingKinds, whereWords } from "../diagnosis/words.ts";
import { element, escapeText } from "../shared/markup.ts";
import { layerRows, runRows } from "./text.ts";
import { alarmTitle, watchFacts, watchTitle } from "./words.ts";

function table(rows: readonly (readonly string[])[]): string {
  const [heads, ...body] = rows;
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, escapeText(text))))),
    element(
      "tbody",
      {},
      ...body.map((row) =>
        element(
          "tr",
          {},
          ...row.map((text, i) =>
            i === 0 ? element("th", { scope: "row" }, escapeText(text)) : element("td", {}, escapeText(text)),
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
    found.length === 0 ? "" : table([["alarm", "step", "why", "where", "fix"], ...found]),
    runs.length === 0 ? "" : table(runs),
    table(layerRows(data)),
    layers.omitted > 0 ? element("p", {}, `… and ${layers.omitted} more layers`) : "",
  ].join("");
}
