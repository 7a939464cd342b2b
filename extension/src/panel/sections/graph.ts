/** The section of the node-link graph of the tape. */
import { graphOutput, type TapeData } from "tapelab/view";
import { GraphView } from "../../render/graph/view.js";
import type { PanelSection } from "../section.js";
import type { PanelSession, SessionEvent } from "../session.js";
import { absenceOf, SectionView, sentence, showIn } from "./base.js";

/** The graph as tall as the panel. */
class GraphSection extends SectionView {
  readonly #view: GraphView;
  #shown: TapeData | null = null;

  constructor(session: PanelSession) {
    super(session);
    this.addClass("tapelab-graph-section");
    this.#view = this.keep(new GraphView(session.context, { fills: true, openRow: (row) => session.openRow(row) }));
    this.#draw();
  }

  protected override react(event: SessionEvent): void {
    if (event === "tape" || event === "kernel") this.#draw();
  }

  #draw(): void {
    const { tape } = this.session;
    if (tape === null) {
      this.#shown = null;
      return this.replace(sentence(absenceOf(this.session)));
    }
    if (tape === this.#shown) return;
    this.#shown = tape;
    this.replace(this.#view);
    showIn(this.#view, graphOutput.mime, { schema: 1, tape, nodes: null });
  }
}

export const graphSection: PanelSection = {
  name: "graph",
  title: "Graph",
  about: "The tape as a graph: scopes open, repeated blocks are in one node; saved as SVG, PNG, DOT or Mermaid.",
  forFiles: true,
  draw: (session) => new GraphSection(session),
};
