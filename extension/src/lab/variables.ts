/** The panel of a notebook's variables. It holds a comm while it is seen; the kernel sends the list by itself. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import { LabIcon } from "@jupyterlab/ui-components";
import { Widget } from "@lumino/widgets";
import { showBytes, showShape, type VariableData, type VariablesMessage, variablesTarget } from "tapelab/view";
import { h } from "../dom.ts";

const icon = new LabIcon({
  name: "tapelab:variables",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M4 5h2.6l2 3.7L10.700 5H13l-3.300 5.500L13.200 16h-2.600l-2.200-3.900L6.100 16H3.700l3.600-5.600zM15 8h6v2h-6zm0 4h6v2h-6z"/></svg>',
});

const columns = ["name", "type", "shape", "memory", "value"] as const;

function row({ name, type, shape, bytes, value }: VariableData): HTMLElement {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, name),
    h("td", {}, type),
    h("td", { class: "tapelab-number" }, shape === null ? "" : showShape(shape)),
    h("td", { class: "tapelab-number" }, bytes === null ? "" : showBytes(bytes)),
    h("td", { class: "tapelab-variable-value", title: value }, value),
  );
}

export class VariablesPanel extends Widget {
  #notebook: NotebookPanel | null = null;
  #comm: Kernel.IComm | null = null;

  constructor() {
    super();
    this.id = "tapelab-variables";
    this.title.caption = "Variables of the notebook";
    this.title.icon = icon;
    this.addClass("tapelab-variables");
    this.#say("No notebook is open.");
  }

  /** Follows a notebook, and the kernels that it gets. */
  follow(notebook: NotebookPanel | null): void {
    if (notebook === this.#notebook) return;
    this.#notebook?.sessionContext.statusChanged.disconnect(this.#connect);
    this.#notebook?.sessionContext.kernelChanged.disconnect(this.#reconnect);
    this.#notebook = notebook;
    notebook?.sessionContext.statusChanged.connect(this.#connect);
    notebook?.sessionContext.kernelChanged.connect(this.#reconnect);
    this.#reconnect();
  }

  protected override onAfterShow(): void {
    this.#connect();
  }

  protected override onAfterHide(): void {
    this.#disconnect();
  }

  #reconnect = (): void => {
    this.#disconnect();
    this.#connect();
  };

  #disconnect(): void {
    if (this.#comm !== null && !this.#comm.isDisposed) this.#comm.close();
    this.#comm = null;
  }

  #connect = (): void => {
    const kernel = this.#notebook?.sessionContext.session?.kernel ?? null;
    if (kernel?.status === "restarting" || kernel?.status === "autorestarting") this.#comm = null;
    if (!this.isVisible || this.#comm !== null) return;
    if (this.#notebook === null) return this.#say("No notebook is open.");
    if (kernel?.name !== "tapelab") return this.#say("This notebook's kernel does not tell its variables.");
    if (kernel.status !== "idle" && kernel.status !== "busy") return this.#say("The kernel is starting.");
    const comm = kernel.createComm(variablesTarget);
    this.#comm = comm;
    comm.onMsg = ({ content }) => {
      if (this.#comm === comm) this.#show((content.data as unknown as VariablesMessage).variables);
    };
    comm.onClose = () => {
      if (this.#comm === comm) this.#comm = null;
    };
    comm.open();
  };

  #say(text: string): void {
    this.node.replaceChildren(h("p", { class: "tapelab-faint" }, text));
  }

  #show(variables: readonly VariableData[]): void {
    if (variables.length === 0) return this.#say("There are no variables yet.");
    const head = h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)));
    this.node.replaceChildren(h("table", {}, h("thead", {}, head), h("tbody", {}, ...variables.map(row))));
  }
}
