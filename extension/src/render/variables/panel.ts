/** The panel that lists a notebook's variables. It has a comm while it is visible, over which the kernel sends the list after each cell. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import { LabIcon } from "@jupyterlab/ui-components";
import { Widget } from "@lumino/widgets";
import { type VariableData, type VariablesMessage, variablesTarget } from "tapelab/view";
import { h } from "../../dom.ts";
import { type Absence, type Link, linkTo, silenceWords } from "../../lab/link.ts";
import { VariablesTable } from "./table.ts";

const icon = new LabIcon({
  name: "tapelab:variables",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M4 5h2.6l2 3.7L10.700 5H13l-3.300 5.500L13.200 16h-2.600l-2.200-3.900L6.100 16H3.700l3.600-5.600zM15 8h6v2h-6zm0 4h6v2h-6z"/></svg>',
});

/** Sentences on the reason why there is no list. */
const absences: Readonly<Record<Absence, string>> = {
  "no kernel": "No kernel is running. The variables are shown when the notebook has one.",
  starting: silenceWords,
  "other kernel": "The kernel of this notebook does not list its variables.",
  unknown: "The kernel does not list its variables.",
};

/** The panel in the right side bar. */
export class VariablesPanel extends Widget {
  #notebook: NotebookPanel | null = null;
  #link: Link | null = null;
  readonly #count = h("span", { class: "tapelab-faint" });
  readonly #filter = h("input", {
    class: "tapelab-input",
    type: "search",
    placeholder: "filter",
    "aria-label": "filter by name, type or value",
  });
  readonly #words = h("p", { class: "tapelab-faint", role: "status" });
  readonly #table = new VariablesTable();

  constructor() {
    super();
    this.id = "tapelab-variables";
    this.title.caption = "Variables of the notebook";
    this.title.icon = icon;
    this.addClass("tapelab-variables");
    this.#filter.addEventListener("input", () => this.#paint());
    this.node.append(
      h("div", { class: "tapelab-variables-head" }, h("h2", {}, "Variables ", this.#count), this.#filter),
      this.#words,
      this.#table.node,
    );
    this.#say("No notebook is open.");
  }

  /** Lists the variables of a notebook, whichever kernel it has. */
  follow(notebook: NotebookPanel | null): void {
    if (notebook === this.#notebook) return;
    this.#disconnect();
    this.#notebook = notebook;
    this.#connect();
  }

  protected override onAfterShow(): void {
    this.#connect();
  }

  protected override onAfterHide(): void {
    this.#disconnect();
  }

  #disconnect(): void {
    this.#link?.close();
    this.#link = null;
  }

  #connect(): void {
    if (!this.isVisible || this.#link !== null) return;
    if (this.#notebook === null || this.#notebook.isDisposed) return this.#say("No notebook is open.");
    this.#link = linkTo(this.#notebook.sessionContext)(
      variablesTarget,
      {},
      {
        onMessage: (data) => this.#show((data as unknown as VariablesMessage).variables),
        onAbsent: (why) => this.#say(absences[why]),
      },
    );
  }

  /** Shows a sentence in place of the list. */
  #say(text: string): void {
    this.#table.set([]);
    this.#count.textContent = "";
    this.#paint();
    this.#words.textContent = text;
    this.#words.hidden = false;
  }

  #show(variables: readonly VariableData[]): void {
    if (variables.length === 0) return this.#say("There are no variables yet: run a cell that declares one.");
    this.#table.set(variables);
    this.#count.textContent = String(variables.length);
    this.#paint();
  }

  /** Draws the variables that match the filter. */
  #paint(): void {
    const { shown, all } = this.#table.paint(this.#filter.value);
    this.#filter.disabled = all === 0;
    this.#words.textContent = all > 0 && shown === 0 ? "No variable matches the filter." : "";
    this.#words.hidden = all === 0 || shown > 0;
  }
}
