/** The view of a graph: containers open and close, the picture zooms, and is saved in several formats. */
import {
  countVisible,
  type GraphData,
  type GraphItem,
  type GraphNode,
  graphOutput,
  graphTree,
  initiallyOpen,
  maxVisible,
  type TapeData,
  type VisibleGraph,
  visibleGraph,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { type Format, formats, saveGraph } from "./exports.js";
import { Cancelled, Layouter } from "./layouter.js";
import { GraphPicture } from "./picture.js";
import { drawTable } from "./table.js";

/** Milliseconds after which a layout offers to be cancelled. */
const patience = 300;

/** Options of a view that is not an output of a cell. */
export interface GraphViewOptions {
  /** Whether the view is as tall as its container. */
  readonly fills?: boolean;
  /** Called with the row of an operation that a person chose. */
  readonly openRow?: (row: number) => void;
}

/** The tape that the view displays, and the open containers. */
interface Shown {
  readonly tape: TapeData;
  readonly items: readonly GraphItem[];
  readonly open: Set<string>;
}

/** A graph of nodes that take the focus. */
export class GraphView extends DataView<GraphData> {
  readonly #options: GraphViewOptions;
  readonly #layouter = new Layouter();
  #shown: Shown | null = null;
  #graph: VisibleGraph | null = null;
  #picture: GraphPicture | null = null;
  #isTable = false;
  readonly #status = h("span", { class: "tapelab-faint", role: "status" });
  readonly #cancel = h("button", { type: "button", class: "tapelab-button", hidden: true }, "Cancel");
  readonly #area = h("div", { class: "tapelab-graph-area", tabindex: -1 });

  constructor(context: ViewContext, options: GraphViewOptions = {}) {
    super(graphOutput, context);
    this.#options = options;
    this.addClass("tapelab-graph");
    if (options.fills === true) this.addClass("tapelab-fills");
    this.#cancel.addEventListener("click", () => this.#layouter.cancel());
    this.#area.addEventListener("keydown", (event) => this.#key(event));
    this.#area.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.#zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
      },
      { passive: false },
    );
  }

  protected override draw({ tape, nodes }: GraphData): void {
    const items = graphTree(tape);
    const before = this.#shown;
    // a later run of the same program keeps what is open
    const isSame =
      before !== null &&
      before.tape.rows.op.length === tape.rows.op.length &&
      before.tape.scopes.name.length === tape.scopes.name.length;
    const open = isSame ? before.open : initiallyOpen(tape, items, nodes ?? undefined);
    this.#shown = { tape, items, open };
    this.node.append(
      header(
        tape.title,
        [
          `${tape.totals.rows} ops`,
          ...(tape.totals.omitted > 0 ? [`the first ${tape.totals.omitted} are left out`] : []),
        ],
        this.#status,
        this.#cancel,
        ...this.#tools(),
      ),
      this.#area,
    );
    void this.#layOut(null);
  }

  override dispose(): void {
    this.#layouter.dispose();
    super.dispose();
  }

  #tools(): HTMLElement[] {
    const tool = (text: string, name: string, act: () => void): HTMLElement => {
      const button = h("button", { type: "button", class: "tapelab-button", "aria-label": name, title: name }, text);
      button.addEventListener("click", act);
      return button;
    };
    const table = tool("table", "the graph as a table (t)", () => this.#toggleTable());
    table.setAttribute("aria-pressed", String(this.#isTable));
    const save = h(
      "select",
      { class: "tapelab-input", "aria-label": "save the graph as" },
      h("option", { value: "" }, "Save as…"),
      ...formats.map((name) => h("option", { value: name }, name)),
    );
    save.addEventListener("change", () => {
      const format = save.value as Format;
      save.value = "";
      if (this.#graph === null) return;
      saveGraph(this.#graph, format).catch((error: Error) => this.#say(`${format}: ${error.message}.`));
    });
    return [
      tool("−", "smaller (−)", () => this.#zoom(1 / 1.25)),
      tool("+", "larger (+)", () => this.#zoom(1.25)),
      tool("fit", "the whole graph (0)", () => this.#fit()),
      table,
      save,
    ];
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }

  /** Lays out and draws what is open; `focus` is the key of the node that gets the focus. */
  async #layOut(focus: string | null): Promise<void> {
    if (this.#shown === null) return;
    const { tape, items, open } = this.#shown;
    const graph = visibleGraph(tape, items, open);
    this.#say("");
    const timer = setTimeout(() => {
      this.#cancel.hidden = false;
      this.#say("Laying the graph out.");
    }, patience);
    try {
      const layout = await this.#layouter.layOut(graph);
      if (this.isDisposed || this.#shown.tape !== tape) return;
      this.#graph = graph;
      const scale = this.#picture?.scale ?? null;
      this.#picture = new GraphPicture(graph, layout, (node) => this.#activate(node));
      if (scale === null) this.#fit(0.6);
      else this.#picture.setScale(scale);
      this.#show(focus);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      if (this.#shown.tape === tape) this.#say("The layout was cancelled. Close some scopes and try again.");
    } finally {
      clearTimeout(timer);
      this.#cancel.hidden = true;
      if (this.#status.textContent === "Laying the graph out.") this.#say("");
    }
  }

  #show(focus: string | null): void {
    if (this.#graph === null || this.#picture === null) return;
    if (this.#isTable) {
      this.#area.replaceChildren(drawTable(this.#graph, (node) => this.#activate(node)));
      if (focus !== null) this.#area.querySelector<HTMLElement>(`[data-key="${focus}"]`)?.focus();
    } else {
      this.#area.replaceChildren(this.#picture.node);
      if (focus !== null) this.#picture.focus(focus);
    }
  }

  #activate({ key, item }: GraphNode): void {
    if (this.#shown === null || item === null) return;
    if (item.kind === "op") return this.#options.openRow?.(item.rows[0] ?? 0);
    this.#toggle(key, item);
  }

  /** Opens or closes a container, unless more nodes would be displayed than are drawn. */
  #toggle(key: string, item: GraphItem): void {
    const { tape, items, open } = this.#shown as Shown;
    if (!open.delete(key)) {
      open.add(key);
      const count = countVisible(tape, items, open);
      if (count > maxVisible) {
        open.delete(key);
        return this.#say(
          `${item.name} has too much inside: ${count} nodes would be displayed, and at most ${maxVisible} are. Close other scopes first.`,
        );
      }
    }
    void this.#layOut(key);
  }

  #toggleTable(): void {
    const focused = this.#area.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset["key"]
      : undefined;
    this.#isTable = !this.#isTable;
    this.node
      .querySelector('[aria-label="the graph as a table (t)"]')
      ?.setAttribute("aria-pressed", String(this.#isTable));
    this.#show(focused ?? null);
  }

  #zoom(factor: number): void {
    this.#picture?.setScale(this.#picture.scale * factor);
  }

  /** Makes the graph as large as fits, and not smaller than `least`, at which texts can be read. */
  #fit(least = 0): void {
    if (this.#picture === null) return;
    const { clientWidth, clientHeight } = this.#area;
    const height = this.#options.fills === true ? clientHeight : 520;
    this.#picture.setScale(
      clientWidth === 0 ? 1 : Math.max(this.#picture.scaleFor(clientWidth - 4, height - 4), least),
    );
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#graph === null) return;
    const key = (event.target as HTMLElement).dataset["key"] ?? "";
    const node = this.#graph.byKey.get(key);
    const action = node === undefined || this.#isTable ? undefined : this.#nodeAction(event.key, node);
    const other = {
      t: () => this.#toggleTable(),
      "+": () => this.#zoom(1.25),
      "-": () => this.#zoom(1 / 1.25),
      "0": () => this.#fit(),
    }[event.key];
    const act = action ?? other;
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Returns what a key does at a node of the picture. */
  #nodeAction(key: string, node: GraphNode): (() => void) | undefined {
    if (key === "Enter" || key === " ") return () => this.#activate(node);
    if (key === "Backspace") return () => this.#closeAround(node);
    if (!key.startsWith("Arrow")) return undefined;
    return () => {
      const next = this.#picture?.neighbour(node.key, key) ?? null;
      if (next !== null) this.#picture?.focus(next);
    };
  }

  /** Closes the container around a node, or the node itself if it is open. */
  #closeAround(node: GraphNode): void {
    const container = node.isOpen ? node : this.#graph?.byKey.get(node.parent);
    if (container?.item) this.#toggle(container.key, container.item);
  }
}

export const graphRenderer: Renderer = {
  output: graphOutput,
  create: (context) => new GraphView(context),
};
