/** The view of the steps of a pass: a player, the graph or the rows of the tape, and the current step. It works on saved data without a kernel. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import {
  isDrawn,
  type Moment,
  momentWords,
  omittedStepWords,
  passWords,
  Replay,
  type StepsData,
  stepGraph,
  stepOp,
  stepScopePath,
  stepSentence,
  stepsHeadline,
  stepsOutput,
  stepTable,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { Renderer } from "../shared/renderer.js";
import { drawSite } from "../shared/sites.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { PassPicture } from "./graph.js";
import { LiveControls } from "./live.js";
import { Player } from "./player.js";
import { RowWindow } from "./rows.js";
import { drawStep } from "./step.js";

/** Lines of the table of all steps. */
const maxLines = 300;
/** Steps a second up to which each step is read out. */
const maxSpoken = 2;

/** Steps through a pass. */
export class StepsView extends DataView<StepsData> {
  #replay: Replay | null = null;
  #position = 0;
  /** Whether the display is at the step that the data opens with, so that it follows a pass that runs. */
  #follows = true;
  #picture: PassPicture | RowWindow | null = null;
  /** Formulas by their TeX, which are kept, as typesetting takes long. */
  readonly #formulas = new Map<string, HTMLElement>();
  readonly #player = new Player({ go: (position) => this.#go(position) });
  readonly #loop: LiveControls;
  readonly #step = h("div", { class: "tapelab-pass-panel" });
  readonly #status = h("p", { class: "tapelab-hidden", role: "status", "aria-live": "polite" });

  constructor(context: ViewContext) {
    super(stepsOutput, context);
    this.addClass("tapelab-steps");
    this.#loop = new LiveControls(context.link);
    this.node.addEventListener("keydown", (event) => this.#key(event));
  }

  override async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const active = document.activeElement;
    const hadFocus = this.node.contains(active);
    await super.renderModel(model);
    if (!hadFocus) return;
    // an update of a pass that runs draws the picture anew
    const target = active?.isConnected === true ? active : this.#picture?.node;
    (target as HTMLElement | undefined)?.focus({ preventScroll: true });
  }

  protected override draw(data: StepsData): void {
    const before = this.#replay?.at(this.#position) ?? null;
    const replay = new Replay(data);
    this.#replay = replay;
    this.#position = this.#follows || before === null ? data.position : positionAt(replay, before);
    const label = stepsHeadline(data);
    const choose = (row: number): void => this.#choose(row);
    this.#picture = isDrawn(data)
      ? new PassPicture(stepGraph(data), label, choose)
      : new RowWindow(replay, label, choose);
    this.node.append(
      header(data.tape.title, [`${data.totals.forward} forward`, passWords(data)]),
      this.#loop.node,
      this.#player.node,
      this.#picture.node,
      this.#step,
      ...omittedStepWords(data).map((text) => h("p", { class: "tapelab-pass-note tapelab-faint" }, text)),
      this.#table(data),
      this.#status,
    );
    this.#loop.show(data.live);
    this.#show();
  }

  override dispose(): void {
    this.#player.pause();
    this.#loop.close();
    super.dispose();
  }

  protected override onBeforeDetach(): void {
    this.#player.pause();
  }
  protected override onAfterAttach(): void {
    super.onAfterAttach();
    // a picture that was drawn before it was in the page could not scroll to the step
    this.#show();
  }
  protected override codeChanged(): void {
    this.#show();
  }

  /** Goes to a position. */
  #go(position: number): void {
    const replay = this.#replay;
    if (replay === null) return;
    this.#position = Math.max(0, Math.min(position, replay.length));
    this.#follows = this.#position === replay.data.position;
    this.#show();
  }

  /** Goes to the step of a row, in the phase of the current step. */
  #choose(row: number): void {
    const replay = this.#replay;
    if (replay === null) return;
    this.#player.pause();
    const isBackward = replay.at(this.#position).phase === "backward";
    this.#go((isBackward ? replay.positionOf(row, "backward") : null) ?? replay.positionOf(row, "forward") ?? 0);
  }

  #show(): void {
    const replay = this.#replay;
    if (replay === null) return;
    const moment = replay.at(this.#position);
    const words = momentWords(replay.data, moment);
    this.#player.show(this.#position, replay.length, replay.forward, drawPhase(replay.data, moment), words);
    this.#picture?.show(this.#position, moment);
    const place = replay.data.tape.rows.site[moment.row] ?? null;
    const site = place === null ? null : drawSite(this.context, replay.data.tape.cells, place);
    this.#step.replaceChildren(drawStep(replay, this.#position, moment, site, (tex) => this.#formula(tex)));
    const isSpoken = !this.#player.isPlaying || this.#player.speed <= maxSpoken;
    const sentence = `${words}. ${stepSentence(replay, this.#position)}`;
    if (isSpoken && this.#status.textContent !== sentence) this.#status.textContent = sentence;
  }

  #formula(tex: string): HTMLElement {
    const known = this.#formulas.get(tex) ?? this.formula(tex);
    this.#formulas.set(tex, known);
    return known;
  }

  /** Draws all steps as a table, when it is opened. */
  #table(data: StepsData): HTMLElement {
    const node = h("details", { class: "tapelab-pass-table" }, h("summary", {}, "All steps as a table"));
    node.addEventListener("toggle", () => {
      if (!node.open || node.querySelector("table") !== null) return;
      const { heads, lines } = stepTable(data);
      const row = (cells: readonly string[]): HTMLElement => h("tr", {}, ...cells.map((text) => h("td", {}, text)));
      const left = lines.length - maxLines;
      node.append(
        h(
          "div",
          { class: "tapelab-pass-lines", tabindex: 0, role: "group", "aria-label": "all steps" },
          h(
            "table",
            {},
            h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
            h("tbody", {}, ...lines.slice(0, maxLines).map(row)),
          ),
        ),
        ...(left > 0 ? [h("p", { class: "tapelab-faint" }, `… and ${left} more lines`)] : []),
      );
    });
    return node;
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    // these have keys of their own
    const isArrow = event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End";
    if (isArrow && target.closest(".tapelab-pass-slider, select, .tapelab-heatmap, .tapelab-pass-lines") !== null)
      return;
    if (event.key === " " && target.closest("button, select, summary, input") !== null) {
      if (!target.matches(".tapelab-pass-slider")) return;
    }
    const step = (by: number) => (): void => {
      this.#player.pause();
      this.#go(this.#position + by);
    };
    const actions: Readonly<Record<string, () => void>> = {
      "]": step(1),
      "[": step(-1),
      ArrowRight: step(1),
      ArrowLeft: step(-1),
      Home: step(-Infinity),
      End: step(Infinity),
      " ": () => this.#player.toggle(),
    };
    const action = actions[event.key];
    if (action === undefined && (target.closest("select") !== null || !this.#loop.key(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    action?.();
  }
}

/** Returns the position of a step that other data had. */
function positionAt(replay: Replay, { phase, nth }: Moment): number {
  const { skipped } = replay.data;
  const at =
    phase === "start" ? 0 : phase === "forward" ? nth - skipped.forward : replay.forward + nth - skipped.backward;
  return Math.max(0, Math.min(at, replay.length));
}

/** Draws the phase and the step. */
function drawPhase(data: StepsData, { phase, row, nth, of }: Moment): HTMLElement {
  if (phase === "start") return h("span", { class: "tapelab-faint" }, "before the first step");
  const scope = stepScopePath(data, row);
  return h(
    "span",
    {},
    h("span", { class: `tapelab-pass-badge tapelab-pass-badge-${phase}` }, phase),
    ` step ${nth} of ${of}: `,
    h("b", {}, stepOp(data, row)),
    ...(scope === "" ? [] : [" in ", h("span", { class: "tapelab-code" }, scope)]),
  );
}

export const stepsRenderer: Renderer = {
  output: stepsOutput,
  create: (context) => new StepsView(context),
};
