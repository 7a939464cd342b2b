/** Code locations in views: links to lines of cells and files, marks of cells whose text has changed, and rows that belong to the selected lines. */
import { type CellColumns, type CodePlace, type FrameColumns, frameWords, locationWords, stackOf } from "tapelab/view";
import { h } from "../../dom.js";
import type { CellRef, SelectedLines } from "../../lab/code.js";
import type { CodeLine } from "../../lab/jump.js";
import { drawLine } from "./line-link.js";
import type { ViewContext } from "./view.js";

type SiteContext = Pick<ViewContext, "jump" | "code">;

const staleTitle = "the text of this cell has changed since it ran";

/** Returns the cell that ran, by its index in the columns. */
const cellRef = (cells: CellColumns, cell: number): CellRef => ({
  cellId: cells.id[cell] ?? null,
  count: cells.count[cell] ?? null,
  hash: cells.hash?.[cell] ?? null,
});

/** Returns the line of a location, for a jump. */
export const codeLine = (cells: CellColumns, [cell, line, column]: CodePlace): CodeLine => ({
  ...cellRef(cells, cell),
  file: cells.file[cell] ?? "",
  line,
  column,
});

/** Whether the text of a cell has changed: since it ran, or, outside of a notebook, until the display was made. */
const isStale = ({ code }: SiteContext, cells: CellColumns, cell: number): boolean =>
  code === null ? cells.stale?.[cell] === true : code.isStale(cellRef(cells, cell));

/** Marks a link, or removes the mark. */
function mark(node: HTMLElement, stale: boolean): void {
  node.classList.toggle("tapelab-stale", stale);
  const words = node.dataset["words"] ?? "";
  node.textContent = stale ? `≠ ${words}` : words;
  node.title = [node.dataset["hint"] ?? "", stale ? staleTitle : ""].filter((text) => text !== "").join("; ");
}

/** Draws a location as a button that goes there, or as text where no notebook is around. `words` are those of the location by default. */
export function drawSite(
  context: SiteContext,
  cells: CellColumns,
  place: CodePlace,
  {
    words = locationWords(cells, place),
    hint = "go to this line",
  }: { readonly words?: string; readonly hint?: string } = {},
): HTMLElement {
  const { jump } = context;
  const line = codeLine(cells, place);
  const data = { "data-cell": place[0], "data-words": words };
  const node = drawLine(line, words, jump, {
    textClass: "tapelab-site-text",
    label: `go to ${line.count === null ? line.file : `cell ${line.count}`} line ${line.line}`,
    attributes: jump === null ? data : { "data-hint": hint, ...data },
  });
  mark(node, isStale(context, cells, place[0]));
  return node;
}

/** Draws a call stack, innermost first; frames of libraries are counted between those of the person. */
export function drawStack(context: SiteContext, cells: CellColumns, frames: FrameColumns, frame: number): HTMLElement {
  const items = stackOf(frames, frame).map((f, i) => {
    const n = frames.hidden[f] ?? 0;
    const place = frames.place[f] ?? [0, 1, 1];
    return h(
      "li",
      {},
      i > 0 && n > 0 ? h("span", { class: "tapelab-faint" }, `${n} library frame${n === 1 ? "" : "s"}, `) : null,
      drawSite(context, cells, place, { words: frameWords(cells, frames, f) }),
    );
  });
  return h("ol", { class: "tapelab-stack", "aria-label": "call stack, innermost first" }, ...items);
}

/** Marks all links below a node anew, after a text has changed. */
export function refreshSites(root: HTMLElement, context: SiteContext, cells: CellColumns): void {
  for (const node of root.querySelectorAll<HTMLElement>("[data-cell]"))
    mark(node, isStale(context, cells, Number(node.dataset["cell"])));
}

/** Returns whether a row belongs to the selected lines: its call site or a frame of its call stack is in them. */
export function rowsOf(
  { code }: SiteContext,
  cells: CellColumns,
  frames: FrameColumns | undefined,
  selection: SelectedLines | null = code?.selection ?? null,
): (place: CodePlace | null, frame: number) => boolean {
  if (code === null || selection === null) return () => false;
  const selected = new Set(
    cells.file.flatMap((_, cell) => (code.locate(cellRef(cells, cell)) === selection.cell ? [cell] : [])),
  );
  const isIn = ([cell, line]: CodePlace): boolean =>
    selected.has(cell) && line >= selection.from && line <= selection.to;
  return (place, frame) =>
    (place !== null && isIn(place)) ||
    (frames !== undefined && stackOf(frames, frame).some((f) => isIn(frames.place[f] ?? [-1, 0, 0])));
}
