/** The base of all views, and the header that they have in common. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import type { OutputData } from "tapelab/view";
import { h } from "../../dom.js";
import type { Jump } from "../../lab/jump.js";
import type { KernelLink } from "../../lab/link.js";
import type { RenderedOutput } from "./renderer.js";

/** The parts of the page that a view can use. */
export interface ViewContext {
  /** Goes to a line of code; `null` outside of a notebook. */
  readonly jump: Jump | null;
  /** Connects to objects of the notebook's kernel; `null` outside of a notebook. */
  readonly link: KernelLink | null;
  /** Typesets formulas; `null` where the page has no typesetter. */
  readonly latex: IRenderMime.ILatexTypesetter | null;
}

/** A view of one kind of output: draws its data into its node. */
export abstract class DataView<D extends OutputData> extends Widget implements IRenderMime.IRenderer {
  readonly #output: RenderedOutput<D>;
  protected readonly context: ViewContext;

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
    this.node.replaceChildren();
    if (data !== null) return this.draw(data);
    const sentence =
      "This output was made by a newer version of Tapelab, or is damaged. Its text form is kept in the notebook.";
    this.node.append(h("p", { class: "tapelab-faint" }, sentence));
  }

  /** Draws the data into the empty node. */
  protected abstract draw(data: D): void;

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
