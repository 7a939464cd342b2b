/** What the three renderers have in common. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { h } from "../../dom.js";
import type { Jump } from "../../lab/jump.js";
import type { KernelLink } from "../../lab/link.js";

/** What a view needs from where it is shown. */
export interface Surroundings {
  /** `null` outside of a notebook. */
  readonly jump: Jump | null;
  /** Connects to objects of the notebook's kernel; `null` outside of a notebook. */
  readonly link: KernelLink | null;
  readonly latex: IRenderMime.ILatexTypesetter | null;
}

/** Draws the data of one MIME type into its node. */
export abstract class DataView<T> extends Widget implements IRenderMime.IRenderer {
  readonly #mime: string;
  protected readonly around: Surroundings;

  constructor(mime: string, around: Surroundings) {
    super();
    this.#mime = mime;
    this.around = around;
    this.addClass("tapelab-view");
    // single keys that are typed into the view are not commands for the notebook; those with Control and the like are
    this.node.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && event.key !== "Escape")
        event.stopPropagation();
    });
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[this.#mime] as T & { readonly schema?: unknown };
    this.node.replaceChildren();
    if (typeof data !== "object" || data === null || data.schema !== 1) {
      this.node.append(
        h(
          "p",
          { class: "tapelab-faint" },
          "This output was made by a newer version of Tapelab, or is damaged. Its text form is kept in the notebook.",
        ),
      );
      return;
    }
    this.draw(data);
  }

  protected abstract draw(data: T): void;

  /** Typesets a formula; as text where there is no typesetter. */
  protected formula(tex: string): HTMLElement {
    const node = h("span", { class: "tapelab-formula" }, this.around.latex === null ? tex : `\\(${tex}\\)`);
    void this.around.latex?.typeset(node);
    return node;
  }
}

/** The head of a view: what it is in bold, then facts. */
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
