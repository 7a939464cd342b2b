/** The current step: the rule, upstream gradient × local derivative = contribution, and the sum over the consumers; or the operands and the result of an op. */
import {
  consumerWords,
  type Moment,
  momentWords,
  type Replay,
  type StepDetail,
  type StepInput,
  stepSentence,
} from "tapelab/view";
import { h } from "../../dom.js";
import { absentFigure, tensorFigure } from "./tensor.js";

/** Inputs that are drawn. */
const mostInputs = 6;

const term = (sign: string, figure: HTMLElement): HTMLElement =>
  h("div", { class: "tapelab-term" }, h("span", { class: "tapelab-sign", "aria-hidden": "true" }, sign), figure);

/** Draws what a step adds to the gradient of one input. */
function drawInput(input: StepInput): HTMLElement {
  const { name, local, contribution, sum } = input;
  if (contribution === null)
    return h("div", { class: "tapelab-pass-flow" }, h("p", { class: "tapelab-faint" }, `Nothing goes to ${name}.`));
  const total =
    input.consumers < 2
      ? []
      : [
          input.nth === 1
            ? h(
                "p",
                { class: "tapelab-faint tapelab-pass-sum" },
                `the first of ${input.consumers} consumers of ${name}`,
              )
            : term("Σ", tensorFigure(sum ?? contribution, `sum, ${consumerWords(input)} of ${name}`)),
        ];
  return h(
    "div",
    { class: "tapelab-pass-flow", role: "group", "aria-label": `to ${name}` },
    ...(local === null ? [] : [term("×", tensorFigure(local, `local derivative by ${name}`))]),
    term(local === null ? "→" : "=", tensorFigure(contribution, `contribution to ${name}`)),
    ...total,
  );
}

function drawBackward({ upstream, inputs }: StepDetail): HTMLElement {
  const known = inputs.filter((input) => input !== null);
  const left = known.length - mostInputs;
  return h(
    "div",
    { class: "tapelab-pass-products" },
    upstream === null ? absentFigure("none", "upstream gradient") : tensorFigure(upstream, "upstream gradient ȳ"),
    h(
      "div",
      { class: "tapelab-pass-inputs" },
      ...known.slice(0, mostInputs).map(drawInput),
      ...(left > 0 ? [h("p", { class: "tapelab-faint" }, `… and ${left} more inputs, which are in the table`)] : []),
    ),
  );
}

/** Draws the operands and the result of a row. */
function drawForward({ data }: Replay, row: number, detail: StepDetail): HTMLElement {
  const { rows, leaves } = data.tape;
  const inputs = rows.inputs[row] ?? [];
  const operands = inputs.slice(0, mostInputs).map((source, i) => {
    const value = source < 0 ? data.leaves[-1 - source] : data.details[source]?.value;
    const name =
      source < 0
        ? leaves.name[-1 - source]
        : (data.names[source] ??
          stepSourceName(data.tape.ops.name[rows.op[source] ?? 0], source, data.skipped.forward));
    const figure =
      value === "changed"
        ? absentFigure("changed since", name ?? "")
        : value
          ? tensorFigure(value, name ?? "")
          : absentFigure("not stored", name ?? "");
    return i === 0 ? figure : term(",", figure);
  });
  const { value } = detail;
  const result =
    value === "changed"
      ? absentFigure("changed since", "result y")
      : value === null
        ? absentFigure("not kept", "result y")
        : tensorFigure(value, "result y");
  return h("div", { class: "tapelab-pass-flow" }, ...operands, term("→", result));
}

const stepSourceName = (op: string | undefined, row: number, skipped: number): string =>
  `${op ?? ""}, step ${skipped + row + 1}`;

/** Draws the step at a position; `formula` typesets TeX. */
export function drawStep(
  replay: Replay,
  position: number,
  moment: Moment,
  site: HTMLElement | null,
  formula: (tex: string) => HTMLElement,
): HTMLElement {
  const { data } = replay;
  const { phase, row } = moment;
  const node = h("div", {
    class: `tapelab-pass tapelab-pass-${phase}`,
    dir: "ltr",
    role: "group",
    "aria-label": momentWords(data, moment),
  });
  if (phase === "start") {
    node.append(h("p", { class: "tapelab-faint" }, stepSentence(replay, position)));
    return node;
  }
  const op = data.tape.rows.op[row] ?? 0;
  const tex = (phase === "forward" ? data.tape.ops.forward[op] : data.tape.ops.vjp[op]) ?? "";
  const detail = data.details[row] ?? null;
  const words = h("div", { class: "tapelab-pass-words" });
  if (tex !== "") words.append(h("div", { class: "tapelab-rule" }, formula(tex)));
  if (detail?.isReplaced === true && phase === "backward")
    words.append(h("p", { class: "tapelab-alarm" }, "▲ A hook has replaced the upstream gradient."));
  if (detail === null) words.append(h("p", { class: "tapelab-faint" }, stepSentence(replay, position)));
  if (site !== null) words.append(h("p", { class: "tapelab-faint" }, "called at ", site));
  node.append(words);
  if (detail !== null) node.append(phase === "forward" ? drawForward(replay, row, detail) : drawBackward(detail));
  return node;
}
