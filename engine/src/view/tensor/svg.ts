/** A large tensor as a still picture: heat maps of its first matrices, above its printed elements. */
import { decodeNumber, type Slice, type TensorData } from "../../protocol/index.ts";
import { cut, formatNumber } from "../shared/format.ts";
import { decodeGrid, type Means } from "../shared/grid.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { Arrangement } from "../shared/panels.ts";
import { heatFill, squares } from "../shared/squares.ts";
import { label, picture } from "../shared/svg.ts";
import { histogramWords, tensorHeadline } from "./facts.ts";

const margin = 12;
const gap = 12;
const maxHeight = 300;
const minHeight = 12;
const maxSlices = 6;
/** Matrices beside each other. */
const maxAcross = 3;
const maxLines = 24;
/** Squares of all matrices together. */
const maxSquares = 3600;
const lineHeight = 16;

const note = { fill: pageColors.faint, "font-size": 11 } as const;

/** A part of the picture, and where the next part begins. */
interface Part {
  readonly svg: string;
  readonly bottom: number;
}

/** Draws the matrices and a note on their colours: a single matrix fills the width, several are beside each other. */
function heatmaps(t: TensorData, slices: readonly Slice[], top: number): Part {
  const scale = slices.reduce((most, s) => Math.max(most, decodeNumber(s.grid.scale)), 0);
  const across = Math.min(slices.length, maxAcross);
  const width = (pageWidth - 2 * margin - (across - 1) * gap) / across;
  const decoded = slices.map(({ grid }) => decodeGrid(grid, Math.floor(maxSquares / slices.length)));
  const drawn: string[] = [];
  let bottom = top;
  slices.forEach(({ index }, i) => {
    const plan = new Arrangement(decoded[i].rows, decoded[i].columns);
    const fitting = Math.min((width * plan.height) / plan.width, slices.length > 1 ? width : maxHeight);
    const height = Math.max(fitting, minHeight);
    const x = margin + (i % across) * (width + gap);
    if (index.length > 0) drawn.push(label(x, bottom + 12, `[${index.join(", ")}]`, note));
    const y = bottom + (index.length > 0 ? 18 : 0);
    const fills = decoded[i].values.map((v) => heatFill(v, scale));
    drawn.push(squares(fills, decoded[i].columns, plan, { x, y, width, height }));
    if (i % across === across - 1 || i === slices.length - 1) bottom = y + height + 8;
  });
  const text = noteOf(t, slices, decoded[0], scale);
  return { svg: drawn.join("") + label(margin, bottom + 10, text, note), bottom: bottom + 22 };
}

/** Returns a note on the colours, the blocks, and matrices that were left out. */
function noteOf(t: TensorData, slices: readonly Slice[], { rows, columns }: Means, scale: number): string {
  const { grid } = slices[0];
  return [
    `colours from −${formatNumber(scale)} (blue) to ${formatNumber(scale)} (orange)`,
    new Arrangement(rows, columns).panels.note,
    grid.exact && rows * columns === grid.rows * grid.columns ? "" : `${rows} by ${columns} blocks, means`,
    t.sliceCount > slices.length ? `${slices.length} of ${t.sliceCount} matrices` : "",
  ]
    .filter((text) => text !== "")
    .join(" · ");
}

/** Draws the printed elements and the histogram as lines of text. */
function printedLines(t: TensorData, printed: string, top: number): Part {
  const all = printed.split("\n");
  const kept = all.length > maxLines ? [...all.slice(0, maxLines - 1), "…"] : all;
  const lines = [...kept, histogramWords(t.summary)].filter((line) => line !== "");
  const drawn = lines.map((line, i) =>
    label(margin, top + (i + 1) * lineHeight, cut(line, 84), {
      "font-family": "monospace",
      "font-size": 10.8,
      "xml:space": "preserve",
    }),
  );
  return { svg: drawn.join(""), bottom: top + lines.length * lineHeight };
}

/** Returns the picture of a tensor, whose elements are printed as `printed`. */
export function tensorSvg(t: TensorData, printed: string): string {
  const top = 34;
  const maps = t.slices.length === 0 ? { svg: "", bottom: top } : heatmaps(t, t.slices.slice(0, maxSlices), top);
  const text = printedLines(t, printed, maps.bottom);
  const headline = tensorHeadline(t);
  return picture(
    {
      width: pageWidth,
      height: Math.ceil(text.bottom + 12),
      title: `Tensor ${t.name ?? ""} [${t.shape.join(", ")}]`,
      description: headline,
    },
    label(margin, 22, cut(headline, 88)),
    maps.svg,
    text.svg,
  );
}
