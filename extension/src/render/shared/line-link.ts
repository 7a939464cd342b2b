/** A line of code as a button that goes there, or as text where there is no notebook around. */
import { lineWords, type Place } from "tapelab/view";
import { h } from "../../dom.js";
import type { CodeLine, Jump } from "../../lab/jump.js";

/** The look of a link to a line. */
export interface LineLinkOptions {
  /** Class of the button. */
  readonly className?: string;
  /** Class of the text where nothing can be clicked. */
  readonly textClass?: string;
  /** The words for a click. */
  readonly hint?: string;
  /** Further attributes of both. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** The name of the button, where its words alone do not say it. */
  readonly label?: string;
}

/** Draws a line of code; `null` is a line that is not known. */
export function drawLine(
  line: CodeLine | null,
  words: string,
  jump: Jump | null,
  {
    className = "tapelab-site",
    textClass = "tapelab-fact",
    hint = "go to this line",
    attributes = {},
    label,
  }: LineLinkOptions = {},
): HTMLElement {
  if (line === null || jump === null) return h("span", { class: textClass, ...attributes }, words);
  const named = label === undefined ? {} : { "aria-label": label };
  const button = h("button", { type: "button", class: className, title: hint, ...named, ...attributes }, words);
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    if (jump(line)) return;
    button.disabled = true;
    button.title = "this cell is no longer in the notebook";
  });
  return button;
}

/** Draws the line of a place in a finding. Lines of files are text. */
export const lineLink = ({ at }: Pick<Place, "at">, jump: Jump | null): HTMLElement =>
  drawLine(
    at === null || at.count === null ? null : { cellId: at.id, count: at.count, line: at.line, column: at.column },
    lineWords(at),
    jump,
    { className: "tapelab-link", textClass: "tapelab-faint" },
  );
