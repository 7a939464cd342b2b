/** Annotations in an editor: a dim text at the end of each line that made a tensor. They are decorations, and never part of the text. */
import {
  type Extension,
  type Range,
  StateEffect,
  type StateEffectType,
  StateField,
  type Text,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { type LineNote, noteAlarm, noteWords } from "tapelab/view";
import { h } from "../../dom.ts";

/** The notes of a cell, and whether its text differs from the one that ran. */
export interface EditorNotes {
  readonly lines: readonly LineNote[];
  readonly isStale: boolean;
}

/** Shows notes in place of those that are shown; `null` for none. */
export const setNotes: StateEffectType<EditorNotes | null> = StateEffect.define<EditorNotes | null>();

/** A note at the end of its line, and the text of the line for which it holds; `null` for a text that is not known. */
interface Placed {
  readonly note: LineNote;
  readonly text: string | null;
}

class NoteWidget extends WidgetType {
  readonly note: LineNote;
  readonly isStale: boolean;

  constructor(note: LineNote, isStale: boolean) {
    super();
    this.note = note;
    this.isStale = isStale;
  }

  override eq(other: NoteWidget): boolean {
    return other.note === this.note && other.isStale === this.isStale;
  }

  override toDOM(): HTMLElement {
    const alarm = noteAlarm(this.note);
    const classes = [
      "tapelab-note",
      alarm === null ? "" : "tapelab-note-alarm",
      this.isStale ? "tapelab-note-stale" : "",
    ];
    const words = `${alarm === null ? "" : "▲ "}${noteWords(this.note)}`;
    const stale = this.isStale ? "; the line has changed since it ran" : "";
    return h(
      "span",
      {
        class: classes.filter((c) => c !== "").join(" "),
        role: "note",
        "aria-label": `line ${this.note.line}: ${words}${stale}`,
        "data-line": this.note.line,
      },
      words,
    );
  }

  /** Leaves events to the handlers of the editor. */
  override ignoreEvent(): boolean {
    return false;
  }
}

interface Value {
  readonly notes: readonly Placed[];
  readonly decorations: DecorationSet;
}

const none: Value = { notes: [], decorations: Decoration.none };

const decorate = (note: LineNote, isStale: boolean, at: number): Range<Decoration> =>
  Decoration.widget({ widget: new NoteWidget(note, isStale), side: 1 }).range(at);

/** Places notes at the ends of their lines. */
function place(doc: Text, { lines, isStale }: EditorNotes): Value {
  const inside = lines.filter(({ line }) => line <= doc.lines).sort((a, b) => a.line - b.line);
  return {
    notes: inside.map((note) => ({ note, text: isStale ? null : doc.line(note.line).text })),
    decorations: Decoration.set(inside.map((note) => decorate(note, isStale, doc.line(note.line).to))),
  };
}

/** Moves notes along with a change of the text, to the ends of their lines; those whose line has another text than the one that ran are stale. */
function follow(value: Value, doc: Text, decorations: DecorationSet): Value {
  const ranges: Range<Decoration>[] = [];
  const notes: Placed[] = [];
  const taken = new Set<number>();
  decorations.between(0, doc.length, (from, _to, { spec }) => {
    const { note } = (spec as { readonly widget: NoteWidget }).widget;
    const placed = value.notes.find((n) => n.note === note);
    const line = doc.lineAt(from);
    if (placed === undefined || taken.has(line.number)) return;
    taken.add(line.number);
    notes.push(placed);
    ranges.push(decorate(note, placed.text !== line.text, line.to));
  });
  return { notes, decorations: Decoration.set(ranges) };
}

const field = StateField.define<Value>({
  create: () => none,
  update(value, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setNotes)) return effect.value === null ? none : place(transaction.newDoc, effect.value);
    if (!transaction.docChanged || value.notes.length === 0) return value;
    return follow(value, transaction.newDoc, value.decorations.map(transaction.changes));
  },
  provide: (f) => EditorView.decorations.from(f, ({ decorations }) => decorations),
});

/** Returns the note that an element belongs to; `null` for others. */
export function noteAt(
  view: EditorView,
  node: EventTarget | null,
): { readonly note: LineNote; readonly element: HTMLElement } | null {
  const element = node instanceof Element ? node.closest<HTMLElement>(".tapelab-note") : null;
  if (element === null) return null;
  const line = Number(element.dataset["line"]);
  const found = view.state.field(field, false)?.notes.find(({ note }) => note.line === line);
  return found === undefined ? null : { note: found.note, element };
}

/** The extension of the editors. */
export const noteField: Extension = field;
