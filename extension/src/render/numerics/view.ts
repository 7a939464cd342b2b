/** The view of a numeric check: wrong rules with heat maps of both gradients and their ratio, and the table of all ops. */
import {
  checkedWords,
  formatNumber,
  formatShape,
  inputWords,
  type NumericRow,
  type NumericsData,
  numericHeadline,
  numericPlace,
  numericSigns,
  numericsOutput,
  numericWords,
  rowSentences,
  worstWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import { heatmap } from "../shared/heatmap.js";
import { drawLine } from "../shared/line-link.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";

const [mapWidth, mapHeight] = [150, 90];

/** The view of one check. */
export class NumericsView extends DataView<NumericsData> {
  constructor(context: ViewContext) {
    super(numericsOutput, context);
    this.addClass("tapelab-numerics");
  }

  protected override draw(data: NumericsData): void {
    const [title = "", facts = ""] = numericHeadline(data).split(/: (?=\d)/);
    const off = data.rows.filter((row) => row.state !== "right");
    this.node.append(header(title, [facts]), ...off.map((row) => this.#problem(row)), this.#table(data));
    if (data.totals.omitted > 0)
      this.node.append(h("p", { class: "tapelab-faint" }, `${data.totals.omitted} rows are left out.`));
  }

  /** Draws the line of an op as a link. */
  #site(row: NumericRow): HTMLElement {
    const { at } = row;
    const place = at === null ? null : { cellId: at.id, count: at.count, line: at.line, column: at.column };
    return drawLine(place, numericPlace(row), this.context.jump);
  }

  /** Draws a rule that does not agree: the sentence, and both gradients where all elements were compared. */
  #problem(row: NumericRow): HTMLElement {
    const { rule, numeric, ratios } = row;
    const size = { width: mapWidth, height: mapHeight, vector: row.shape.length < 2 };
    const maps = [
      rule === null ? null : heatmap(rule, { ...size, label: "by the rule" }),
      numeric === null ? null : heatmap(numeric, { ...size, label: "numeric" }),
      ratios === null ? null : heatmap(ratios, { ...size, label: `ratio ${formatNumber(row.ratio)}` }),
    ];
    const [sentence, ...notes] = rowSentences(row);
    return h(
      "section",
      { class: `tapelab-check tapelab-check-${row.state}`, "aria-label": `${row.op} ${row.input}` },
      h(
        "p",
        { class: "tapelab-check-head" },
        h("span", { class: "tapelab-check-sign" }, `${numericSigns[row.state]} ${numericWords[row.state]}`),
        h("b", {}, row.op),
        row.input === ""
          ? null
          : h("span", { class: "tapelab-faint" }, `gradient of ${row.input} ${formatShape(row.shape)}`),
        this.#site(row),
      ),
      h("p", { class: "tapelab-check-sentence" }, sentence ?? ""),
      worstWords(row) === ""
        ? null
        : h(
            "p",
            { class: "tapelab-faint" },
            `farthest off: ${worstWords(row)}; ${row.wrong} of ${row.checked} compared elements are wrong`,
          ),
      ...notes.map((text) => h("p", { class: "tapelab-faint" }, text)),
      maps.every((map) => map === null) ? null : h("div", { class: "tapelab-check-maps" }, ...maps),
    );
  }

  #table(data: NumericsData): HTMLElement {
    const rows = data.rows.map((row) =>
      h(
        "tr",
        {},
        h(
          "th",
          { scope: "row" },
          row.op,
          row.scope === "" ? null : h("span", { class: "tapelab-faint" }, ` ${row.scope}`),
        ),
        h("td", {}, inputWords(row)),
        h("td", {}, checkedWords(row)),
        h(
          "td",
          { class: row.state === "wrong" ? "tapelab-alarm" : "" },
          `${numericSigns[row.state]} ${numericWords[row.state]}`,
        ),
        h("td", {}, row.ratio === null ? "" : formatNumber(row.ratio)),
        h("td", {}, this.#site(row)),
      ),
    );
    const heads = ["op", "input", "compared", "result", "ratio", "line"].map((text) => h("th", { scope: "col" }, text));
    return h(
      "div",
      { class: "tapelab-error-scroll tapelab-check-table", tabindex: 0, role: "region", "aria-label": "all ops" },
      h("table", { class: "tapelab-origins" }, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
    );
  }
}

export const numericsRenderer: Renderer = {
  output: numericsOutput,
  create: (context) => new NumericsView(context),
};
