/** The base of the sections: a widget that draws anew when its session changes. */
import { MessageLoop } from "@lumino/messaging";
import { PanelLayout, Widget } from "@lumino/widgets";
import { type OutputData, scopeName, type TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import { silenceWords } from "../../lab/link.js";
import type { DataView } from "../../render/shared/view.js";
import type { PanelSession, SessionEvent } from "../session.js";

/** A section as a widget, with views as its children. */
export abstract class SectionView extends Widget {
  protected readonly session: PanelSession;
  readonly #kept = new Set<Widget>();

  constructor(session: PanelSession) {
    super();
    this.session = session;
    this.layout = new PanelLayout();
    this.addClass("tapelab-section");
    session.changed.connect(this.#hear, this);
  }

  /** Called after the session has changed. */
  protected abstract react(event: SessionEvent): void;

  override dispose(): void {
    if (this.isDisposed) return;
    for (const widget of this.#kept) widget.dispose();
    this.session.changed.disconnect(this.#hear, this);
    super.dispose();
  }

  #hear(_session: PanelSession, event: SessionEvent): void {
    this.react(event);
  }

  /** Returns a widget that stays when it is replaced, and can be displayed again. */
  protected keep<W extends Widget>(widget: W): W {
    this.#kept.add(widget);
    return widget;
  }

  /** Replaces everything that is displayed. */
  protected replace(...widgets: readonly Widget[]): void {
    const layout = this.layout as PanelLayout;
    for (const old of layout.widgets.filter((widget) => !widgets.includes(widget)))
      if (this.#kept.has(old)) layout.removeWidget(old);
      else old.dispose();
    for (const widget of widgets) layout.addWidget(widget);
    MessageLoop.postMessage(this, Widget.ResizeMessage.UnknownSize);
  }
}

/** Returns a widget of elements. */
export function widgetOf(...nodes: readonly HTMLElement[]): Widget {
  const widget = new Widget({ node: h("div", { class: "tapelab-section-part" }, ...nodes) });
  return widget;
}

/** Returns a widget with a sentence. */
export const sentence = (text: string): Widget => widgetOf(h("p", { class: "tapelab-faint", role: "status" }, text));

/** Returns the name of a row: its op, and its modules below the outermost. */
export function rowName(tape: TapeData, row: number): string {
  const op = tape.ops.name[tape.rows.op[row] ?? -1] ?? "";
  const scope = scopeName(tape, row);
  return scope === "" ? op : `${op} ${scope}`;
}

/** Draws the name of a row as a button that opens the row in the tape. */
export function rowButton(
  session: PanelSession,
  tape: TapeData,
  row: number,
  name: string = rowName(tape, row),
): HTMLElement {
  const button = h("button", { type: "button", class: "tapelab-link", title: "open this row in the tape" }, name);
  button.addEventListener("click", () => session.openRow(row));
  return button;
}

/** Draws data with the view of its kind of output. */
export function showIn<D extends OutputData>(view: DataView<D>, mime: string, data: D): DataView<D> {
  void view.renderModel({ trusted: true, data: { [mime]: data as never }, metadata: {}, setData: () => {} });
  return view;
}

/** Returns a sentence on the reason why there is no tape. */
export function absenceOf({ kernel, tapes, current }: PanelSession): string {
  if (current !== null) return "The kernel is sending the tape.";
  switch (kernel.absence) {
    case null:
      return "There is no tape yet: run a cell that computes with tensors that require gradients.";
    case "starting":
      return silenceWords;
    case "other kernel":
    case "unknown":
      return "The kernel of this notebook records no tapes.";
    default:
      return tapes.length === 0
        ? "No kernel is running, and no output of the notebook has a tape."
        : "No kernel is running. The tapes of the notebook's outputs are shown.";
  }
}
