/** The progress of exercises as text and as HTML. */
import type { ExerciseProgress } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { alignColumns } from "../shared/table.ts";
import { pointsText } from "./words.ts";

const stateOf = ({ passed, failed }: ExerciseProgress): string => (failed > 0 ? "✗" : passed > 0 ? "✓" : "…");

const checksOf = ({ passed, failed }: ExerciseProgress): string => `${passed} of ${passed + failed} checks`;

const pointsOf = ({ points, earned }: ExerciseProgress): string =>
  points === 0 ? "" : `${pointsText(earned)} of ${pointsText(points)} points`;

/** Returns a line for each exercise. */
export function progressText(exercises: readonly ExerciseProgress[]): string {
  if (exercises.length === 0) return "No check has run.";
  const rows = exercises.map((each) => [stateOf(each), each.name, checksOf(each), pointsOf(each), each.hint ?? ""]);
  return alignColumns(rows)
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Returns a table with a bar for each exercise. */
export function progressHtml(exercises: readonly ExerciseProgress[]): string {
  if (exercises.length === 0) return element("p", {}, "No check has run.");
  const rows = exercises.map((each) => {
    const [most, value] = each.points > 0 ? [each.points, each.earned] : [each.passed + each.failed, each.passed];
    const label = `${each.name}: ${checksOf(each)}`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, escapeText(`${stateOf(each)} ${each.name}`)),
      element("td", {}, element("progress", { max: Math.max(most, 1), value, "aria-label": label }, "")),
      element("td", {}, escapeText(checksOf(each))),
      element("td", {}, escapeText(pointsOf(each))),
      element("td", {}, escapeText(each.hint ?? "")),
    );
  });
  return element("table", {}, element("tbody", {}, ...rows));
}
