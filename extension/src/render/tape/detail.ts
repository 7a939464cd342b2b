/** What an opened row shows: the rule, what it saved, and upstream times local equals contribution as pictures. */
import { formatBytes, formatNorm, formatShape, type Grid, type Summary, summaryAt, type TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import { heatmap } from "../shared/heatmap.js";
import { histogram } from "../shared/histogram.js";

const size = { width: 150, height: 84 };

const sign = (text: string): HTMLElement => h("span", { class: "tapelab-sign", "aria-hidden": "true" }, text);

/** A picture with the sign before it, which stay together where a line ends. */
const term = (before: string, ...pictures: readonly HTMLElement[]): HTMLElement =>
  h("div", { class: "tapelab-term" }, sign(before), ...pictures);

const picture = (grid: Grid | null, label: string): HTMLElement[] =>
  grid === null ? [] : [heatmap(grid, { ...size, label })];

/** The rule in words where there is nothing to find. */
function sentence(tape: TapeData, row: number): string {
  const gradient = summaryAt(tape.rows.gradient, row);
  switch (tape.rows.gradientState[row]) {
    case "notRunYet":
      return "Backward has not run, so there are no gradients yet.";
    case "notReached":
      return "Backward ran, but no path from where it began leads here.";
    case "interrupted":
      return "Backward was on its way here when an error or an interrupt ended it.";
    case "notRetained":
      return "Backward went through here, and its gradient was not kept: only the first operations of a cell are watched.";
    default:
      return gradient
        ? `A gradient with norm ${formatNorm(gradient.norm)} arrives here and is passed on by this rule.`
        : "";
  }
}

export function drawDetail(
  tape: TapeData,
  row: number,
  alarms: readonly string[],
  formula: (tex: string) => HTMLElement,
): HTMLElement {
  const op = tape.rows.op[row] ?? 0;
  const detail = tape.details[row] ?? null;
  const value = summaryAt(tape.rows.value, row);
  const gradient = summaryAt(tape.rows.gradient, row);
  const rule = tape.ops.vjp[op] ?? "";
  const words = h(
    "div",
    { class: "tapelab-words" },
    h("div", { class: "tapelab-rule" }, formula(tape.ops.forward[op] ?? "")),
    rule === "" ? null : h("div", { class: "tapelab-rule" }, formula(rule)),
    ...(alarms.length > 0 ? alarms : [sentence(tape, row)]).map((text) =>
      h("p", { class: alarms.length > 0 ? "tapelab-alarm" : "tapelab-faint" }, text),
    ),
    savedList(tape, row),
  );
  const pictures = h("div", { class: "tapelab-pictures" });
  if (detail === null)
    pictures.append(
      h(
        "p",
        { class: "tapelab-faint" },
        "Pictures of this row are not stored: there were too many rows, or it was not watched.",
      ),
    );
  else {
    pictures.append(
      group("value", ...picture(detail.value, labelOf("value y", value)), ...distribution(value, "forward", "values")),
    );
    if (detail.gradient !== null) {
      const flow = [...picture(detail.gradient, labelOf("upstream ȳ", gradient))];
      if (detail.local !== null) flow.push(term("×", ...picture(detail.local, "local dy/dx")));
      detail.contributions.forEach((c, i) => {
        if (c.grid === null) return;
        const before = i === 0 ? (detail.local === null ? "→" : "=") : "and";
        flow.push(term(before, heatmap(c.grid, { ...size, label: `passed to ${c.name}, norm ${formatNorm(c.norm)}` })));
      });
      pictures.append(group("gradient", ...flow, ...distribution(gradient, "backward", "gradients")));
    }
  }
  return h("div", { class: "tapelab-detail" }, words, pictures);
}

const group = (label: string, ...children: readonly HTMLElement[]): HTMLElement =>
  h("div", { class: "tapelab-flow", role: "group", "aria-label": label }, ...children);

const labelOf = (name: string, summary: Summary | null): string =>
  summary === null ? name : `${name}, norm ${formatNorm(summary.norm)}`;

const distribution = (summary: Summary | null, kind: "forward" | "backward", label: string): HTMLElement[] =>
  summary === null || summary.count < 2 || summary.min === null ? [] : [histogram(summary, kind, label)];

function savedList(tape: TapeData, row: number): HTMLElement {
  const saved = tape.details[row]?.saved ?? [];
  if (saved.length === 0) return h("p", { class: "tapelab-faint" }, "saves nothing");
  return h(
    "p",
    { class: "tapelab-faint" },
    "saves ",
    ...saved.map((t) =>
      h("span", { class: "tapelab-chip" }, `${t.name} ${formatShape(t.shape)} ${t.dtype} ${formatBytes(t.bytes)}`),
    ),
  );
}
