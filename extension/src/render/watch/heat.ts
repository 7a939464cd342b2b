/** The heat map of a watched training, in which a cursor reads out layer, step and value. */
import { type Heat, heatOf, type LayerQuantity, squareWords, type WatchData } from "tapelab/view";
import { s } from "../../dom.js";
import { addCursor, type Place } from "../shared/cursor.js";
import { ChartView } from "./chart.js";

/** Functions that a heat map calls. */
export interface HeatActions {
  /** Reads out a square, whose layer is given; `null` for none. */
  readonly say: (words: string | null, layer: number | null) => void;
  /** Opens the tape next to a step. */
  readonly open: (step: number) => void;
}

/** A heat map with a cursor. */
export class HeatView extends ChartView {
  readonly #mark = s("rect", { class: "tapelab-chart-cursor", visibility: "hidden" });
  readonly #actions: HeatActions;
  #data: WatchData | null = null;
  #quantity: LayerQuantity = "gradient";
  #heat: Heat | null = null;
  #at: Place | null = null;

  constructor(actions: HeatActions) {
    super("heat");
    this.#actions = actions;
    this.node.append(this.#mark);
    const columns = (): number => this.#data?.runs[0]?.loss.mean.length ?? 0;
    addCursor(this.node, {
      get rows() {
        return heat()?.levels.length ?? 0;
      },
      get columns() {
        return columns();
      },
      find: (event) => this.#find(event),
      show: (place) => this.#show(place),
    });
    const heat = (): Heat | null => this.#heat;
    this.node.addEventListener("click", () => this.#open());
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#open();
    });
  }

  /** Draws the layers of a quantity in a width. */
  paintHeat(data: WatchData, quantity: LayerQuantity, width: number): void {
    this.#data = data;
    this.#quantity = quantity;
    this.#heat = heatOf(data, quantity, width);
    this.paint(this.#heat);
    this.#show(this.#at);
  }

  #edge(column: number): number {
    const [run] = this.#data?.runs ?? [];
    if (run === undefined || this.#heat === null) return 0;
    const { left, right } = this.#heat;
    return left + ((right - left) * Math.min(column * run.width, run.steps)) / Math.max(run.steps, 1);
  }

  #find(event: PointerEvent): Place | null {
    const [run] = this.#data?.runs ?? [];
    if (run === undefined || this.#heat === null) return null;
    const box = this.node.getBoundingClientRect();
    const { left, right, rowHeight, width } = this.#heat;
    const x = ((event.clientX - box.left) / box.width) * width;
    if (x < left || x >= right) return null;
    const step = ((x - left) / (right - left)) * run.steps;
    return [Math.floor((event.clientY - box.top) / rowHeight), Math.floor(step / run.width)];
  }

  #show(place: Place | null): void {
    this.#at = place;
    const { rowHeight = 0 } = this.#heat ?? {};
    this.#mark.setAttribute("visibility", place === null ? "hidden" : "visible");
    if (place === null || this.#data === null) return this.#actions.say(null, null);
    const [row, column] = place;
    const [from, to] = [this.#edge(column), this.#edge(column + 1)];
    const box = { x: from, y: row * rowHeight + 0.5, width: Math.max(to - from, 1), height: rowHeight - 1 };
    for (const [name, value] of Object.entries(box)) this.#mark.setAttribute(name, String(value));
    this.#actions.say(squareWords(this.#data, this.#quantity, row, column), row);
  }

  #open(): void {
    const width = this.#data?.runs[0]?.width ?? 1;
    if (this.#at !== null) this.#actions.open((this.#at[1] + 0.5) * width);
  }
}
