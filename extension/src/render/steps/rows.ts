/** The rows around the current step, of a tape that is too large for a graph. */
import {
  formatNorm,
  formatShape,
  gradientNowWords,
  type Moment,
  type Replay,
  stepOpWords,
  summaryAt,
  summaryWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import { absentBar, normBar } from "../shared/bars.js";
import { sparkHistogram } from "../shared/histogram.js";

/** Rows that are drawn. */
const most = 11;

const cell = (...children: readonly (Node | string)[]): HTMLElement => h("td", {}, ...children);

/** A table of rows, in the order of recording. */
export class RowWindow {
  readonly node: HTMLElement;
  readonly #body = h("tbody");
  readonly #replay: Replay;
  readonly #choose: (row: number) => void;

  constructor(replay: Replay, label: string, choose: (row: number) => void) {
    this.#replay = replay;
    this.#choose = choose;
    const heads = ["op", "name", "shape", "value", "gradient"].map((text) => h("th", { scope: "col" }, text));
    this.node = h(
      "div",
      { class: "tapelab-pass-rows", tabindex: 0, role: "group", "aria-label": `${label}; [ and ] step, space plays` },
      h("table", {}, h("thead", {}, h("tr", {}, ...heads)), this.#body),
    );
  }

  /** Shows the rows around the current one. */
  show(position: number, { row }: Moment): void {
    const n = this.#replay.forward;
    const from = Math.max(Math.min(Math.max(row, 0) - (most >> 1), n - most), 0);
    const rows = Array.from({ length: Math.min(most, n) }, (_, i) => this.#drawRow(from + i, position, row));
    this.#body.replaceChildren(...rows);
  }

  #drawRow(row: number, position: number, current: number): HTMLElement {
    const { data } = this.#replay;
    const isNow = row === current;
    const node = h(
      "tr",
      { class: isNow ? "tapelab-pass-row-now" : "", "aria-current": isNow ? "step" : null },
      h("th", { scope: "row" }, stepOpWords(data, row)),
      cell(data.names[row] ?? ""),
      h("td", { class: "tapelab-shape" }, formatShape(data.tape.rows.shape[row] ?? [])),
      this.#value(row, position),
      this.#gradient(row, position),
    );
    node.addEventListener("click", () => this.#choose(row));
    return node;
  }

  #value(row: number, position: number): HTMLElement {
    if (!this.#replay.isComputed(row, position)) return cell(absentBar("not yet"));
    const { tape, details } = this.#replay.data;
    const value = summaryAt(tape.rows.value, row);
    if (value === null) return cell(absentBar(details[row]?.value === "changed" ? "changed since" : "not kept"));
    const words = h(
      "span",
      { class: value.nan + value.inf > 0 ? "tapelab-alarm" : "tapelab-faint" },
      summaryWords(value),
    );
    return cell(
      h("span", { class: "tapelab-measure" }, ...(value.count === 1 ? [] : [sparkHistogram(value, "forward")]), words),
    );
  }

  #gradient(row: number, position: number): HTMLElement {
    const now = this.#replay.gradientOf(row, position);
    if (now.summary === null) return cell(absentBar(gradientNowWords(now)));
    const bar = normBar(now.summary.norm, now.summary.nan + now.summary.inf > 0);
    if (now.state === "part") bar.append(h("span", { class: "tapelab-faint" }, `${now.nth} of ${now.consumers}`));
    bar.title = `norm ${formatNorm(now.summary.norm)}`;
    return cell(bar);
  }
}
