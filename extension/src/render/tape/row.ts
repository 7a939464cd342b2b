/** Draws the cells of a line of the tape. */
import {
  foldMark,
  formatBytes,
  formatShape,
  gradientWords,
  type Line,
  leavesOf,
  lineTitle,
  type Summary,
  savedBytesOf,
  scopeName,
  shownRow,
  summaryAt,
  summaryWords,
  type TapeData,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { CodeLine } from "../../lab/jump.js";
import { absentBar, normBar } from "../shared/bars.js";
import { sparkHistogram } from "../shared/histogram.js";
import { codeLine, drawSite } from "../shared/sites.js";
import type { ViewContext } from "../shared/view.js";

const cell = (classes: string, ...children: readonly (Node | string)[]): HTMLElement =>
  h("span", { class: `tapelab-cell ${classes}`, role: "gridcell" }, ...children);

/** Gives a node its own text as title, for text that is cut off. */
function titled(node: HTMLElement): HTMLElement {
  node.title = node.textContent;
  return node;
}

/** Returns the call site of a row; `null` where it was not captured. */
export function codeLineOf({ rows, cells }: TapeData, row: number): CodeLine | null {
  const site = rows.site[row];
  return site ? codeLine(cells, site) : null;
}

function nameCell(tape: TapeData, line: Line, alarm: boolean): HTMLElement {
  const mark = foldMark(line);
  const parts: (Node | string)[] = [
    ...(mark === "" ? [] : [h("span", { class: "tapelab-fold", "aria-hidden": "true" }, mark)]),
    h(
      "span",
      { class: line.kind === "scope" && tape.scopes.kind[line.scope] !== "op" ? "tapelab-scope" : "tapelab-op" },
      lineTitle(tape, line),
    ),
  ];
  if (line.kind === "row" && line.only !== null) parts.push(h("span", { class: "tapelab-faint" }, ` ${line.only}`));
  if (alarm) parts.push(h("span", { class: "tapelab-alarm", role: "img", "aria-label": "finding" }, " ▲"));
  const node = cell("tapelab-name", ...parts);
  node.style.setProperty("--tapelab-depth", String(line.depth));
  node.title = [lineTitle(tape, line), line.kind === "row" ? line.only : null]
    .filter((text) => text !== null)
    .join(" ");
  return node;
}

/** Characters from which a name is cut to its end. */
const longName = 14;

/** Returns the end of a long name, without the module of the row, which is beside it: the end of a path tells more than its beginning. */
function shortName(name: string, scope: string): string {
  if (name.length <= longName) return name;
  if (scope !== "" && name.startsWith(`${scope}.`)) return name.slice(scope.length + 1);
  const parts = name.split(".");
  return parts.length <= 2 ? name : `…${parts.slice(-2).join(".")}`;
}

/** Leaves that a line names if it reads more than `manyLeaves`, as a folded scope does; the others are counted. */
const [manyLeaves, namedLeaves] = [4, 2];
/** Names in the title of the count. */
const titleNames = 20;

/** Draws the leaves that a line reads. */
function leafCell(tape: TapeData, line: Line): HTMLElement {
  const scope = line.kind === "row" ? scopeName(tape, line.row) : "";
  const { name, kind, shape, dtype } = tape.leaves;
  const leaves = leavesOf(tape, line);
  const named = leaves.length > manyLeaves ? leaves.slice(0, namedLeaves) : leaves;
  const others = leaves.slice(named.length);
  const chips = named.map((leaf) =>
    h(
      "span",
      {
        class: `tapelab-chip${kind[leaf] === "constant" ? "" : " tapelab-learned"}`,
        title: `${name[leaf]} ${formatShape(shape[leaf] ?? [])} ${dtype[leaf]}`,
      },
      shortName(name[leaf] ?? "", scope),
    ),
  );
  if (others.length > 0) {
    const names = others.slice(0, titleNames).map((leaf) => name[leaf]);
    const title = [...names, ...(others.length > titleNames ? ["…"] : [])].join(", ");
    chips.push(h("span", { class: "tapelab-chip tapelab-chip-count", title }, `+${others.length}`));
  }
  return cell("tapelab-reads", ...chips);
}

/** Draws the call site of a row as a button that goes there. */
function siteCell({ rows, cells }: TapeData, row: number, context: ViewContext): HTMLElement {
  const site = rows.site[row];
  if (!site) return cell("tapelab-where");
  const link = drawSite(context, cells, site, { hint: "go to this line (g)" });
  link.tabIndex = -1;
  return cell("tapelab-where", link);
}

/** Draws the value of a row: a scalar as a number, other values as a histogram and a few words. */
function valueCell(value: Summary | null): HTMLElement {
  if (value === null) return cell("tapelab-result tapelab-faint", "not kept");
  const scalar = value.count === 1;
  const bad = value.nan + value.inf > 0;
  return titled(
    cell(
      "tapelab-result tapelab-value",
      ...(scalar ? [] : [sparkHistogram(value, "forward")]),
      h("span", { class: bad ? "tapelab-alarm" : scalar ? "tapelab-number" : "tapelab-faint" }, summaryWords(value)),
    ),
  );
}

/** Draws the norm of a row's gradient, or the reason why there is none. */
function gradientCell(tape: TapeData, row: number, alarm: boolean): HTMLElement {
  const gradient = summaryAt(tape.rows.gradient, row);
  const isAbsent = gradient === null || tape.rows.gradientState[row] === "zero";
  return titled(
    cell("tapelab-gradient", isAbsent ? absentBar(gradientWords(tape, row)) : normBar(gradient.norm, alarm)),
  );
}

/** Draws all cells of a line; the heading of an open scope has only its name and what its rows have saved. */
export function drawCells(tape: TapeData, line: Line, alarm: boolean, context: ViewContext): HTMLElement[] {
  const row = shownRow(line);
  const name = nameCell(tape, line, alarm);
  if (row === null) {
    name.classList.add("tapelab-wide");
    return [
      cell("tapelab-gutter-cell"),
      name,
      cell("tapelab-bytes tapelab-scope-bytes", formatBytes(savedBytesOf(tape, line))),
    ];
  }
  return [
    cell("tapelab-gutter-cell"),
    name,
    leafCell(tape, line),
    titled(cell("tapelab-shape", formatShape(tape.rows.shape[row] ?? []))),
    valueCell(summaryAt(tape.rows.value, row)),
    gradientCell(tape, row, alarm),
    cell("tapelab-bytes", formatBytes(savedBytesOf(tape, line))),
    siteCell(tape, row, context),
  ];
}
