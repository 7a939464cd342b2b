/** A tensor: what it is, its statistics, and a picture of it; one matrix at a time for higher ranks. */
import { decodeNumber, type Slice, showBytes, showNumber, showShape, type TensorData, tensorMime } from "tapelab/view";
import { h } from "../dom.js";
import { colourScale, heatmap } from "../draw/heatmap.js";
import { histogram } from "../draw/histogram.js";
import { DataView, header, type Surroundings } from "./view.js";

const size = { width: 420, height: 260 };

export class TensorView extends DataView<TensorData> {
  constructor(around: Surroundings) {
    super(tensorMime, around);
    this.addClass("tapelab-tensor");
  }

  protected override draw(t: TensorData): void {
    const { summary: s } = t;
    const scalar = s.count === 1;
    const facts = [
      t.dtype,
      showBytes(t.bytes),
      ...(scalar || s.min === null
        ? []
        : [`μ ${showNumber(s.mean)}`, `σ ${showNumber(s.std)}`, `${showNumber(s.min)} … ${showNumber(s.max)}`]),
      ...(t.gradFn !== null ? [t.gradFn] : t.requiresGrad ? ["requires a gradient"] : []),
    ];
    const bad = s.nan + s.inf > 0 ? [h("span", { class: "tapelab-alarm" }, `▲ ${s.nan} NaN, ${s.inf} inf`)] : [];
    this.node.append(header(`${t.name === null ? "" : `${t.name} `}${showShape(t.shape)}`, facts, ...bad));
    const first = t.slices[0];
    if (scalar)
      this.node.append(
        h(
          "div",
          { class: "tapelab-scalar" },
          first?.values?.[0] === undefined ? showNumber(s.min) : String(first.values[0]),
        ),
      );
    else if (first === undefined) this.node.append(h("p", { class: "tapelab-faint tapelab-empty" }, "no elements"));
    else this.node.append(this.#pictures(t, first));
  }

  #pictures(t: TensorData, first: Slice): HTMLElement {
    const picture = h("div", { class: "tapelab-slice" });
    const show = ({ grid, values, index }: Slice): void => {
      const name = index.length === 0 ? "" : `[${index.join(", ")}] `;
      const label = `${name}${grid.rows} by ${grid.columns}${grid.exact ? "" : " blocks, means"}`;
      picture.replaceChildren(
        heatmap(grid, { ...size, label, values: values?.map(decodeNumber) ?? null }),
        colourScale(grid),
      );
    };
    show(first);
    const distribution =
      t.summary.min === null
        ? []
        : [
            histogram(
              t.summary,
              "forward",
              `${t.summary.count} values, ${t.summary.nan} NaN, ${t.summary.zeros} zeros`,
            ),
          ];
    return h("div", { class: "tapelab-tensor-body" }, h("div", {}, this.#selector(t, show), picture), ...distribution);
  }

  /** Chooses the matrix of a tensor with more than two dimensions. */
  #selector(t: TensorData, show: (slice: Slice) => void): HTMLElement {
    if (t.slices.length < 2) return h("div");
    const input = h("input", { type: "range", min: 0, max: t.slices.length - 1, value: 0, "aria-label": "matrix" });
    const words = (i: number): string =>
      `matrix ${i + 1} of ${t.sliceCount}${t.sliceCount > t.slices.length ? `, ${t.slices.length} are stored` : ""}`;
    const text = h("span", { class: "tapelab-faint" }, words(0));
    input.addEventListener("input", () => {
      const i = Number(input.value);
      const slice = t.slices[i];
      if (slice === undefined) return;
      text.textContent = words(i);
      show(slice);
    });
    return h("label", { class: "tapelab-selector" }, input, text);
  }
}
