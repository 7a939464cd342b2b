/** The base of all views, and the header that they have in common. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import type { OutputData } from "tapelab/view";
import { h } from "../../dom.js";
import type { Breakpoints } from "../../lab/breakpoints.js";
import type { NotebookCode, SelectedLines } from "../../lab/code.js";
import type { Jump } from "../../lab/jump.js";
import type { KernelLink } from "../../lab/link.js";
import type { RenderedOutput } from "./renderer.js";

/** The parts of the page that a view can use. */
export interface ViewContext {
  /** Goes to a line of code; `null` outside of a notebook. */
  readonly jump: Jump | null;
  /** The code of the notebook; `null` outside of one. */
  readonly code: NotebookCode | null;
  /** Connects to objects of the notebook's kernel; `null` outside of a notebook. */
  readonly link: KernelLink | null;
  /** The breakpoints of the notebook; absent outside of one. */
  readonly breakpoints?: Breakpoints;
  /** Typesets formulas; `null` where the page has no typesetter. */
  readonly latex: IRenderMime.ILatexTypesetter | null;
}

/** A view of one kind of output: draws its data into its node. */
export abstract class DataView<D extends OutputData> extends Widget implements IRenderMime.IRenderer {
  readonly #output: RenderedOutput<D>;
  protected readonly context: ViewContext;
  #unwatch: (() => void) | null = null;
  #isDrawn = false;

  constructor(output: RenderedOutput<D>, context: ViewContext) {
    super();
    this.#output = output;
    this.context = context;
    this.addClass("tapelab-view");
    // single keys that are typed into the view are not commands for the notebook; those with Control and the like are
    this.node.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && event.key !== "Escape")
        event.stopPropagation();
    });
  }

  /** Draws the stored data, of whatever version it is; a sentence in place of data that this version cannot read. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = this.#output.read(model.data[this.#output.mime]);
    if (data !== null && this.#isDrawn && this.redraw(data)) return;
    this.node.replaceChildren();
    this.#isDrawn = data !== null;
    if (data !== null) return this.draw(data);
    const sentence =
      "This output was made by a newer version of Tapelab, or is damaged. Its text form is kept in the notebook.";
    this.node.append(h("p", { class: "tapelab-faint" }, sentence));
  }

  /** Draws the data into the empty node. */
  protected abstract draw(data: D): void;

  /** Draws data in place of those drawn before, as of a live display, with the same elements; returns false if all is to be drawn anew. */
  protected redraw(_data: D): boolean {
    return false;
  }

  /** Called after the text of a cell or the selected lines have changed, in views that show code locations. */
  protected codeChanged(): void {}

  /** Goes to the first row that the selected lines recorded; returns false if there is none. */
  protected reveal(_selection: SelectedLines): boolean {
    return false;
  }

  protected override onAfterAttach(): void {
    this.#unwatch ??=
      this.context.code?.watch(
        () => this.codeChanged(),
        (selection) => this.reveal(selection),
      ) ?? null;
  }

  override dispose(): void {
    this.#unwatch?.();
    super.dispose();
  }

  /** Returns a formula, typeset where the page has a typesetter, else as TeX. */
  protected formula(tex: string): HTMLElement {
    const node = h("span", { class: "tapelab-formula" }, this.context.latex === null ? tex : `\\(${tex}\\)`);
    void this.context.latex?.typeset(node);
    return node;
  }
}

/** Returns the header of a view: a title in bold, facts, and tools on the right. */
export function header(title: string, facts: readonly string[], ...tools: readonly HTMLElement[]): HTMLElement {
  return h(
    "div",
    { class: "tapelab-header" },
    h("span", { class: "tapelab-title" }, title),
    ...facts.map((fact) => h("span", { class: "tapelab-fact" }, fact)),
    h("span", { class: "tapelab-spacer" }),
    ...tools,
  );
}
