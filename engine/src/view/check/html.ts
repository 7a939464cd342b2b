/**
 * A failed check as HTML without scripts, so that every reader of notebooks and every feedback page shows it. It has only elements that nbconvert's sanitizer keeps, which
 * leaves out paragraphs and the heads of tables. Its only styles are the padding of cells, which nbgrader's pages set to 0, and tints of numbers: a reader that removes them
 * shows the same words and numbers.
 */
import type { CheckData, CheckMap, CheckOutcome, CheckTape, PartResult } from "../../protocol/index.ts";
import { decodeGrid } from "../shared/grid.ts";
import { element, escapeText } from "../shared/markup.ts";
import { formatElement } from "../tensor/numbers.ts";
import { partHead } from "./text.ts";
import { checkTapeWords, factText, mapScale, outcomeOfPart, tapeCells, tapeHeads } from "./words.ts";

const line = (...children: readonly string[]): string => element("div", { style: "padding: 0 0 6px" }, ...children);

const bold = (text: string): string => element("b", {}, escapeText(text));

const cell = (...children: readonly string[]): string =>
  element("td", { align: "left", style: "padding: 2px 12px 2px 0" }, ...children);

const table = (...rows: readonly (readonly string[])[]): string =>
  element("table", {}, ...rows.map((cells) => element("tr", {}, ...cells)));

/** Rows and columns of matrices that are shown in numbers. */
const maxSide = 8;

/** Returns the background of a number: orange above zero, blue below, red if it is not finite. */
function tint(v: number, scale: number): string {
  if (!Number.isFinite(v)) return "; background:#dc282859";
  const opacity = scale === 0 ? 0 : Math.round((Math.abs(v) / scale) * 110);
  return opacity === 0 ? "" : `; background:#${v > 0 ? "dc6e1e" : "326ee6"}${opacity.toString(16).padStart(2, "0")}`;
}

/** Returns a matrix as a table of numbers below its label; nothing for a large one. */
function mapHtml({ label, grid }: CheckMap, scale: number): string {
  if (grid.rows > maxSide || grid.columns > maxSide || !grid.exact) return "";
  const { values } = decodeGrid(grid, grid.rows * grid.columns);
  const number = (v: number): string =>
    element(
      "td",
      { align: "right", style: `padding: 2px 6px${tint(v, scale)}` },
      escapeText(formatElement(Number(v.toPrecision(3)))),
    );
  const rows = Array.from({ length: grid.rows }, (_, r) =>
    values.slice(r * grid.columns, (r + 1) * grid.columns).map(number),
  );
  return line(bold(label)) + table(...rows);
}

/** Returns the ops of a tape, of which the failing one is in bold with an arrow. */
function tapeHtml(tape: CheckTape): string {
  const rows = tape.rows.map((row) => {
    const [name = "", ...others] = tapeCells(row).map(escapeText);
    const op = element("code", {}, row.failing ? element("b", {}, `▶ ${name}`) : name);
    return [op, ...others].map((text) => cell(text));
  });
  return [
    line(escapeText(`${checkTapeWords(tape)}.`)),
    tape.omitted > 0 ? line(`… ${tape.omitted} more ops are left out.`) : "",
    table(
      tapeHeads.map((text) => cell(bold(text))),
      ...rows,
    ),
  ].join("");
}

/** Returns the sentence, the facts, the hint, the table, the numbers and the tape. */
export function checkHtml({ check, sentence, facts, hints, table: elements, maps, tape }: CheckData): string {
  const factRows = facts.map((fact) => [cell(bold(fact.name)), cell(element("code", {}, escapeText(factText(fact))))]);
  const [hint] = hints;
  return [
    line(bold(check), escapeText(`: ${sentence}`)),
    factRows.length === 0 ? "" : table(...factRows),
    hint === undefined ? "" : line(bold("Hint: "), escapeText(hint)),
    elements === null
      ? ""
      : table(
          elements.heads.map((text) => cell(bold(text))),
          ...elements.rows.map((cells) => cells.map((text) => cell(escapeText(text)))),
        ),
    elements !== null && elements.omitted > 0 ? line(`… and ${elements.omitted} more`) : "",
    ...maps.map((map, i) => mapHtml(map, mapScale(maps, i))),
    tape === null ? "" : tapeHtml(tape),
  ].join("");
}

/** Returns the line of a part, with its failure. */
export const partHtml = (part: PartResult): string => outcomeHtml(outcomeOfPart(part));

/** Returns an outcome as HTML. */
export function outcomeHtml({ part, failure }: CheckOutcome): string {
  const head = part === null ? "" : line(bold(partHead({ ...part, failure })));
  return head + (failure === null ? "" : checkHtml(failure));
}
