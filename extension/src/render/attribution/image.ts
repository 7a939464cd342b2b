/** Draws an image beside its attributions, which lie over a faint copy of it. */
import { type AttributionExample, decodeGrid, formatNumber, imageColors, type Means } from "tapelab/view";
import { h } from "../../dom.js";
import type { Say } from "../shared/cursor.js";
import { wideHeatmap } from "../shared/heatmap.js";

/** Opacity of the faint copy. */
const faint = 0.35;

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Draws squares of the given colours on a canvas, one pixel each, which the style sheet enlarges. */
function canvasOf({ rows, columns }: Means, label: string, colorAt: (i: number) => Rgba): HTMLCanvasElement {
  const canvas = h("canvas", { width: columns, height: rows, role: "img", "aria-label": label });
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  const pixels = context.createImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const [r, g, b, a] = colorAt(i);
    pixels.data.set([r, g, b, 255 * a], 4 * i);
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Draws the image and the attributions. The square under the cursor is read out, with the image's channels there. */
export function drawImage(example: AttributionExample, scale: number, label: string, say: Say): HTMLElement {
  const channels = (example.image ?? []).map((grid) => decodeGrid(grid, Infinity));
  const [first] = channels;
  if (first === undefined) return h("div", {});
  const colors = imageColors(example, channels).map(([r, g, b]): Rgba => [r, g, b, 1]);
  const grey = colors.map(([r, g, b]): Rgba => [(r + g + b) / 3, (r + g + b) / 3, (r + g + b) / 3, faint]);
  const clear: Rgba = [0, 0, 0, 0];
  const picture = canvasOf(first, `input, ${first.rows} by ${first.columns}`, (i) => colors[i] ?? clear);
  const below = canvasOf(first, "", (i) => grey[i] ?? clear);
  below.setAttribute("aria-hidden", "true");
  const note = (at: number): string => {
    const values = channels.map((c) => formatNumber(Number((c.values[at] ?? 0).toPrecision(3))));
    return `, input ${values.join(", ")}`;
  };
  const over = wideHeatmap(example.map, { label, scale, zero: "transparent", note }, say);
  const ratio = `aspect-ratio: ${first.columns} / ${first.rows}`;
  return h(
    "div",
    { class: "tapelab-attribution-pair" },
    h("div", { class: "tapelab-attribution-image", style: ratio }, picture),
    h("div", { class: "tapelab-attribution-image", style: ratio }, below, over),
  );
}
