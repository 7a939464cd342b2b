/** A large tensor as a still picture: heat maps of its first matrices, above its printed elements. */
import { decodeNumber, type Slice, type TensorData } from "../../protocol/index.ts";
import { cut, formatNumber } from "../shared/format.ts";
import { decodeGrid, type Means } from "../shared/grid.ts";
import { element } from "../shared/markup.ts";
import { pageWidth } from "../shared/page.ts";
import { Arrangement } from "../shared/panels.ts";
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

/** Steps of colour on each side of zero. */
const levels = 9;
const colors = {
  faint: "#57606a",
  nonFinite: "#d1242f",
  zero: [238, 238, 238],
  plus: [194, 87, 26],
  minus: [37, 99, 217],
} as const;
const note = { fill: colors.faint, "font-size": 11 } as const;

/** Returns the colour of a level, from -levels to levels. */
function colorOf(level: number): string {
  const end = level > 0 ? colors.plus : colors.minus;
  const share = Math.abs(level) / levels;
  return `#${colors.zero
    .map((from, i) =>
      Math.round(from + ((end[i] ?? 0) - from) * share)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

const fillOf = (v: number | undefined, scale: number): string =>
  Number.isFinite(v) ? colorOf(scale === 0 ? 0 : Math.round(((v ?? 0) / scale) * levels)) : colors.nonFinite;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws a matrix with one path for each colour; neighbours of one colour in a row are one rectangle. */
function heatmap({ rows, columns, values }: Means, plan: Arrangement, scale: number, box: Box): string {
  const fills = values.map((v) => fillOf(v, scale));
  const paths = new Map<string, string>();
  for (let i = 0; i < rows * columns; ) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [x, y] = plan.place(row, column);
    const fill = fills[i];
    let run = 1;
    while (column + run < columns && fills[i + run] === fill && plan.place(row, column + run)[1] === y) run++;
    paths.set(fill, `${paths.get(fill) ?? ""}M${x} ${y}h${run}v1h-${run}z`);
    i += run;
  }
  return element(
    "svg",
    {
      ...box,
      viewBox: `0 0 ${plan.width} ${plan.height}`,
      preserveAspectRatio: "none",
      "shape-rendering": "crispEdges",
    },
    ...Array.from(paths, ([fill, d]) => element("path", { d, fill })),
  );
}

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
    drawn.push(heatmap(decoded[i], plan, scale, { x, y, width, height }));
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
