/** The details of an opened row: its rule, what it saved, and pictures of upstream gradient × local slope = contribution. */
import {
  formatBytes,
  formatNorm,
  formatShape,
  type Grid,
  type RowDetail,
  type Summary,
  summaryAt,
  type TapeData,
} from "tapelab/view";
import { h } from "../../dom.js";
import { heatmap } from "../shared/heatmap.js";
import { histogram } from "../shared/histogram.js";

const size = { width: 150, height: 84 };

/** Texts about a row that the view knows: its findings, and its call stack where one was captured. */
interface RowNotes {
  readonly findings: readonly string[];
  readonly stack: HTMLElement | null;
}

/** Draws the details of a row; `formula` typesets TeX. */
export function drawDetail(
  tape: TapeData,
  row: number,
  notes: RowNotes,
  formula: (tex: string) => HTMLElement,
): HTMLElement {
  const words = drawWords(tape, row, notes, formula);
  return h("div", { class: "tapelab-detail", role: "gridcell" }, words, drawPictures(tape, row));
}

function drawWords(
  tape: TapeData,
  row: number,
  { findings, stack }: RowNotes,
  formula: (tex: string) => HTMLElement,
): HTMLElement {
  const op = tape.rows.op[row] ?? 0;
  const rules = [tape.ops.forward[op] ?? "", tape.ops.vjp[op] ?? ""].filter((tex, i) => i === 0 || tex !== "");
  const hasFindings = findings.length > 0;
  return h(
    "div",
    { class: "tapelab-words" },
    ...rules.map((tex) => h("div", { class: "tapelab-rule" }, formula(tex))),
    ...(hasFindings ? findings : [stateSentence(tape, row)]).map((text) =>
      h("p", { class: hasFindings ? "tapelab-alarm" : "tapelab-faint" }, text),
    ),
    drawSaved(tape.details[row] ?? null),
    stack,
  );
}

/** Returns a sentence on the gradient of a row, or on the reason why there is none. */
function stateSentence(tape: TapeData, row: number): string {
  const gradient = summaryAt(tape.rows.gradient, row);
  switch (tape.rows.gradientState[row]) {
    case "notRunYet":
      return "Backward has not run, so there are no gradients yet.";
    case "notReached":
      return "Backward ran, but no path from where it began leads here.";
    case "interrupted":
      return "An error or an interrupt ended backward before it came here.";
    case "notRetained":
      return "Backward went through here, but its gradient was not kept: only the first operations of a cell are watched.";
    default:
      return gradient
        ? `A gradient with norm ${formatNorm(gradient.norm)} arrives here and is passed on by this rule.`
        : "";
  }
}

function drawSaved(detail: RowDetail | null): HTMLElement {
  const saved = detail?.saved ?? [];
  if (saved.length === 0) return h("p", { class: "tapelab-faint" }, "saves nothing");
  const chips = saved.map(({ name, shape, dtype, bytes }) =>
    h("span", { class: "tapelab-chip" }, `${name} ${formatShape(shape)} ${dtype} ${formatBytes(bytes)}`),
  );
  return h("p", { class: "tapelab-faint" }, "saves ", ...chips);
}

function drawPictures(tape: TapeData, row: number): HTMLElement {
  const detail = tape.details[row] ?? null;
  const node = h("div", { class: "tapelab-pictures" });
  if (detail === null) {
    const sentence = "Pictures of this row are not stored: there were too many rows, or it was not watched.";
    node.append(h("p", { class: "tapelab-faint" }, sentence));
    return node;
  }
  const value = summaryAt(tape.rows.value, row);
  const gradient = summaryAt(tape.rows.gradient, row);
  const pictures = [...picture(detail.value, captionOf("value y", value)), ...distribution(value, "forward", "values")];
  node.append(group("value", pictures));
  if (detail.gradient !== null)
    node.append(group("gradient", [...drawFlow(detail, gradient), ...distribution(gradient, "backward", "gradients")]));
  return node;
}

/** Draws the upstream gradient, the local slope if it is known, and the contribution to each input. */
function drawFlow({ gradient, local, contributions }: RowDetail, summary: Summary | null): HTMLElement[] {
  const upstream = picture(gradient, captionOf("upstream ȳ", summary));
  const slope = local === null ? [] : [term("×", picture(local, "local dy/dx"))];
  const passed = contributions.flatMap(({ name, norm, grid }, i) => {
    const sign = i > 0 ? "and" : local === null ? "→" : "=";
    return grid === null ? [] : [term(sign, picture(grid, `passed to ${name}, norm ${formatNorm(norm)}`))];
  });
  return [...upstream, ...slope, ...passed];
}

const picture = (grid: Grid | null, label: string): HTMLElement[] =>
  grid === null ? [] : [heatmap(grid, { ...size, label })];

/** Draws a picture after its sign; line breaks do not part them. */
const term = (sign: string, pictures: readonly HTMLElement[]): HTMLElement =>
  h("div", { class: "tapelab-term" }, h("span", { class: "tapelab-sign", "aria-hidden": "true" }, sign), ...pictures);

const group = (label: string, children: readonly HTMLElement[]): HTMLElement =>
  h("div", { class: "tapelab-flow", role: "group", "aria-label": label }, ...children);

const captionOf = (name: string, summary: Summary | null): string =>
  summary === null ? name : `${name}, norm ${formatNorm(summary.norm)}`;

const distribution = (summary: Summary | null, kind: "forward" | "backward", label: string): HTMLElement[] =>
  summary === null || summary.count < 2 || summary.min === null ? [] : [histogram(summary, kind, label)];
