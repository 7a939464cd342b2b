/** The cells of a line of the tape. */
import {
  formatBytes,
  formatShape,
  gradientWords,
  type Line,
  leavesOf,
  lineTitle,
  scopeName,
  shownRow,
  siteWords,
  stateWords,
  summaryAt,
  summaryWords,
  type TapeData,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { Jump, Place } from "../../lab/jump.js";
import { absent, normBar } from "../shared/bars.js";
import { sparkHistogram } from "../shared/histogram.js";

const cell = (classes: string, ...children: readonly (Node | string)[]): HTMLElement =>
  h("span", { class: `tapelab-cell ${classes}`, role: "gridcell" }, ...children);

/** Gives a node its own text as tooltip, for text that does not fit. */
function titled(node: HTMLElement): HTMLElement {
  node.title = node.textContent;
  return node;
}

/** Where the code of a row stands. */
export function placeOf(tape: TapeData, row: number): Place | null {
  const site = tape.rows.site[row];
  if (!site) return null;
  const [at, line, column] = site;
  return { cellId: tape.cells.id[at] ?? null, count: tape.cells.count[at] ?? null, line, column };
}

function nameCell(tape: TapeData, line: Line, alarm: boolean): HTMLElement {
  const marker = line.kind === "scope" ? (line.folded ? "▸ " : "▾ ") : "";
  const parts: (Node | string)[] = [
    h("span", { class: "tapelab-fold", "aria-hidden": "true" }, marker),
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

/** Longer names begin where the module of the row ends, which stands beside them. */
const longName = 14;

/** The end of a long path of modules, which tells more than its beginning. */
function shortName(name: string, scope: string): string {
  if (name.length <= longName) return name;
  if (scope !== "" && name.startsWith(`${scope}.`)) return name.slice(scope.length + 1);
  const parts = name.split(".");
  return parts.length <= 2 ? name : `…${parts.slice(-2).join(".")}`;
}

function leafChips(tape: TapeData, line: Line): HTMLElement {
  const scope = line.kind === "row" ? scopeName(tape, line.row) : "";
  const chips = leavesOf(tape, line).map((leaf) =>
    h(
      "span",
      {
        class: `tapelab-chip${tape.leaves.kind[leaf] === "constant" ? "" : " tapelab-learned"}`,
        title: `${tape.leaves.name[leaf]} ${formatShape(tape.leaves.shape[leaf] ?? [])} ${tape.leaves.dtype[leaf]}`,
      },
      shortName(tape.leaves.name[leaf] ?? "", scope),
    ),
  );
  return cell("tapelab-reads", ...chips);
}

function siteCell(tape: TapeData, row: number, jump: Jump | null): HTMLElement {
  const words = siteWords(tape, row);
  const place = placeOf(tape, row);
  if (place === null || jump === null) return cell("tapelab-where", words);
  const link = h(
    "button",
    {
      type: "button",
      class: "tapelab-site",
      tabindex: -1,
      title: "go to this line (g)",
      "aria-label": `go to cell ${place.count ?? ""} line ${place.line}`,
    },
    words,
  );
  link.addEventListener("click", () => {
    if (jump(place)) return;
    link.disabled = true;
    link.title = "this cell is no longer in the notebook";
  });
  return cell("tapelab-where", link);
}

/** All cells of a line; a heading of an open scope has only its name. */
export function drawCells(tape: TapeData, line: Line, alarm: boolean, jump: Jump | null): HTMLElement[] {
  const row = shownRow(line);
  const name = nameCell(tape, line, alarm);
  if (row === null) {
    name.classList.add("tapelab-wide");
    return [cell(""), name];
  }
  const value = summaryAt(tape.rows.value, row);
  const gradient = summaryAt(tape.rows.gradient, row);
  const state = tape.rows.gradientState[row] ?? "notRunYet";
  const bad = value !== null && value.nan + value.inf > 0;
  return [
    cell(""),
    name,
    leafChips(tape, line),
    titled(cell("tapelab-shape", formatShape(tape.rows.shape[row] ?? []))),
    value === null
      ? cell("tapelab-faint", "not kept")
      : titled(
          cell(
            "tapelab-value",
            ...(value.count === 1 ? [] : [sparkHistogram(value, "forward")]),
            h(
              "span",
              { class: bad ? "tapelab-alarm" : value.count === 1 ? "tapelab-number" : "tapelab-faint" },
              summaryWords(value),
            ),
          ),
        ),
    titled(
      cell(
        "tapelab-gradient",
        gradient === null || state === "zero"
          ? absent(gradient === null ? stateWords[state] : gradientWords(tape, row))
          : normBar(gradient.norm, alarm),
      ),
    ),
    cell("tapelab-bytes", formatBytes(tape.rows.saved[row] ?? 0)),
    siteCell(tape, row, jump),
  ];
}
