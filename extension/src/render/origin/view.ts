/** The view of an origin: the answer in sentences with the call stack, the ops from the value back, and the sources. */
import {
  declaredWords,
  formatShape,
  type OriginData,
  originOutput,
  type SourceKind,
  type Summary,
  sourceKindWords,
  sourceName,
  sourceShape,
  stackOf,
  stepScope,
  summaryAt,
  summaryWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { SelectedLines } from "../../lab/code.js";
import { sparkHistogram } from "../shared/histogram.js";
import type { Renderer } from "../shared/renderer.js";
import { drawSite, drawStack, refreshSites, rowsOf } from "../shared/sites.js";
import { DataView, header, type ViewContext } from "../shared/view.js";

const td = (classes: string, ...children: readonly (Node | string)[]): HTMLElement =>
  h("td", { class: classes }, ...children);

/** Draws a value: a scalar as a number, others as a histogram and a few words. */
function drawValue(summary: Summary | null): HTMLElement {
  if (summary === null) return td("tapelab-faint", "not kept");
  const bad = summary.nan + summary.inf > 0;
  return td(
    "",
    h(
      "span",
      { class: "tapelab-measure" },
      summary.count === 1 || summary.min === null ? null : sparkHistogram(summary, "forward"),
      h(
        "span",
        { class: bad ? "tapelab-alarm" : summary.count === 1 ? "tapelab-number" : "tapelab-faint" },
        summaryWords(summary),
      ),
    ),
  );
}

const kindClass = (kind: SourceKind): string =>
  kind === "parameter" || kind === "variable" ? "tapelab-chip tapelab-learned" : "tapelab-chip";

/** Tables of ops and sources. */
export class OriginView extends DataView<OriginData> {
  #data: OriginData | null = null;

  constructor(context: ViewContext) {
    super(originOutput, context);
    this.addClass("tapelab-origin");
  }

  protected override draw(data: OriginData): void {
    this.#data = data;
    const { steps, sources } = data.totals;
    const facts = [
      ...(steps > 0 ? [`${steps} op${steps === 1 ? "" : "s"} back`] : []),
      `${sources} source${sources === 1 ? "" : "s"}`,
    ];
    this.node.append(
      header(`Origin of ${data.title}`, facts),
      h(
        "div",
        { class: "tapelab-origin-sentences" },
        ...data.sentences.map((text) => h("p", {}, text)),
        this.#drawCalls(data),
      ),
      h("div", { class: "tapelab-diff-scroller" }, ...this.#drawSteps(data), this.#drawSources(data)),
    );
  }

  protected override onAfterAttach(): void {
    super.onAfterAttach();
    this.codeChanged();
  }

  protected override codeChanged(): void {
    const data = this.#data;
    if (data === null) return;
    refreshSites(this.node, this.context, data.cells);
    const here = rowsOf(this.context, data.cells, data.frames);
    for (const node of this.node.querySelectorAll<HTMLElement>("tr[data-step]")) {
      const step = Number(node.dataset["step"]);
      node.classList.toggle("tapelab-here", here(data.steps.site[step] ?? null, data.steps.frame[step] ?? -1));
    }
  }

  protected override reveal(selection: SelectedLines): boolean {
    const data = this.#data;
    if (data === null || !this.isVisible) return false;
    const here = rowsOf(this.context, data.cells, data.frames, selection);
    const step = data.steps.site.findIndex((site, i) => here(site, data.steps.frame[i] ?? -1));
    if (step < 0) return false;
    const row = this.node.querySelector<HTMLElement>(`tr[data-step="${step}"]`);
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector<HTMLElement>("button")?.focus();
    return true;
  }

  /** Draws the call stack of the value. */
  #drawCalls({ steps, cells, frames }: OriginData): HTMLElement | null {
    const frame = steps.frame[0] ?? -1;
    if (stackOf(frames, frame).length === 0) return null;
    return h(
      "div",
      { class: "tapelab-diff-stack" },
      h("span", { class: "tapelab-faint" }, "called from"),
      drawStack(this.context, cells, frames, frame),
    );
  }

  /** Draws the ops, the nearest first; sources that an op reads are chips. */
  #drawSteps(data: OriginData): HTMLElement[] {
    const { steps, sources, cells, totals } = data;
    if (steps.op.length === 0) return [];
    const rows = steps.op.map((op, i) => {
      const chips = (steps.inputs[i] ?? []).flatMap((input) => {
        if (input === null || input >= 0) return [];
        const s = -1 - input;
        return [h("span", { class: kindClass(sources.kind[s] ?? "data") }, sourceName(sources.name[s] ?? ""))];
      });
      const site = steps.site[i] ?? null;
      const scope = stepScope(data, i);
      return h(
        "tr",
        { "data-step": i },
        h(
          "th",
          { scope: "row", title: steps.scope[i]?.replaceAll("/", " / ") || null },
          h("span", { class: "tapelab-op" }, op),
          h("span", { class: "tapelab-faint" }, scope === "" ? "" : ` ${scope}`),
        ),
        td("tapelab-origin-reads", ...chips),
        td("tapelab-shape", formatShape(steps.shape[i] ?? [])),
        drawValue(summaryAt(steps.value, i)),
        td("tapelab-where", site === null ? "" : drawSite(this.context, cells, site)),
      );
    });
    return [
      table(
        ["op, from the value back", "reads", "shape", "value", "cell : line"],
        rows,
        totals.steps - rows.length,
        "ops",
      ),
    ];
  }

  #drawSources(data: OriginData): HTMLElement {
    const { sources, cells, totals } = data;
    const rows = sources.name.map((name, i) => {
      const declared = sources.declared[i] ?? null;
      const kind = sources.kind[i] ?? "data";
      return h(
        "tr",
        {},
        h(
          "th",
          { scope: "row" },
          h("span", { class: kindClass(kind) }, sourceName(name)),
          h("span", { class: "tapelab-faint" }, ` ${sourceKindWords(data, i)}`),
        ),
        td(
          "tapelab-origin-reads tapelab-faint",
          `read by ${sources.readers[i]} op${sources.readers[i] === 1 ? "" : "s"}`,
        ),
        td("tapelab-shape", sourceShape(data, i)),
        drawValue(summaryAt(sources.value, i)),
        td(
          "tapelab-where",
          declared === null
            ? ""
            : drawSite(this.context, cells, declared, { words: declaredWords(data, i), hint: "go to the declaration" }),
        ),
      );
    });
    return table(["source", "used", "shape", "value", "declared"], rows, totals.sources - rows.length, "sources");
  }
}

/** Draws a table, and the number of rows that are not stored. */
function table(heads: readonly string[], rows: readonly HTMLElement[], left: number, noun: string): HTMLElement {
  const classes = ["", "tapelab-origin-reads", "tapelab-shape", "", "tapelab-where"];
  return h(
    "table",
    { class: "tapelab-table tapelab-origin-table" },
    h("thead", {}, h("tr", {}, ...heads.map((text, i) => h("th", { scope: "col", class: classes[i] }, text)))),
    h(
      "tbody",
      {},
      ...rows,
      left > 0
        ? h("tr", {}, h("td", { colspan: heads.length, class: "tapelab-faint" }, `… and ${left} more ${noun}`))
        : null,
    ),
  );
}

export const originRenderer: Renderer = {
  output: originOutput,
  create: (context) => new OriginView(context),
};
