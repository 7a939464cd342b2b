/** The global `interact`: runs a function again whenever the user changes one of its controls. */
import { randomUUID } from "node:crypto";
import {
  type ControlsData,
  type ControlsMessage,
  type ControlsRequest,
  controlsOutput,
  controlsTarget,
  type RegionMetadata,
  regionKey,
} from "tapelab/view";
import { showAs } from "../../main/display/describe.ts";
import type { Explanation } from "../../main/errors/explanation.ts";
import { tracebackText } from "../../main/errors/traceback.ts";
import { CancelScope } from "../../main/execution/cancel-scope.ts";
import { currentExecution, type Display, type Execution, runIn } from "../../main/execution/execution.ts";
import type { Comm, CommManager } from "../../main/frontend/comms.ts";
import { type Control, controlsView } from "./controls.ts";
import { Region } from "./region.ts";
import { Widget } from "./widget.ts";

type Values = Readonly<Record<string, unknown>>;
type Controls = Readonly<Record<string, Control<unknown>>>;

/** The second argument of the function. */
export interface InteractContext {
  /** Aborted when a newer run begins. */
  readonly signal: AbortSignal;
}

/** Returns the explanation of an error; `null` for most. */
export type Explain = (error: unknown) => Explanation | null;

type Body = (values: Values, context: InteractContext) => unknown;

/** Time between two runs; changes in between are combined. */
const intervalMs = 40;

/** Returns a bundle for an error of the function, which JupyterLab shows like the error of a cell. */
function errorBundle(error: unknown, explanation: Explanation | null): Values {
  const lines = explanation?.lines ?? [];
  const text = [tracebackText(error), ...(lines.length === 0 ? [] : ["", ...lines])].join("\n");
  return { "application/vnd.jupyter.stderr": text, "text/plain": text };
}

/** The interactions of a notebook, to which views in the front end connect. */
export class Interactions {
  readonly #comms: CommManager;
  readonly #display: Display;
  readonly #explain: Explain;
  readonly #live = new Map<string, Interaction>();

  constructor(comms: CommManager, display: Display, explain: Explain) {
    this.#comms = comms;
    this.#display = display;
    this.#explain = explain;
    comms.on(controlsTarget, (comm, { data }) => {
      const found = this.#live.get((data as unknown as ControlsRequest).id);
      if (found === undefined) comm.close();
      else found.connect(comm);
    });
  }

  /** Starts an interaction below the running cell. */
  start(body: Body, controls: Controls): Interaction {
    const id = randomUUID();
    const started = new Interaction(this.#comms, this.#display, this.#explain, id, body, controls, () =>
      this.#live.delete(id),
    );
    this.#live.set(id, started);
    return started;
  }
}

/** A function with its controls and the region of its output. */
export class Interaction {
  readonly #body: Body;
  readonly #region: Region;
  readonly #execution: Execution;
  /** A widget for front ends that do not have the extension. */
  readonly #panel: Widget;
  readonly #views = new Set<Comm>();
  readonly #explain: Explain;
  readonly #ended: () => void;
  #values: Values;
  #running: AbortController | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    comms: CommManager,
    display: Display,
    explain: Explain,
    id: string,
    body: Body,
    controls: Controls,
    ended: () => void,
  ) {
    const cell = currentExecution();
    if (cell === undefined) throw new Error("interact: there is no cell below which it could be shown");
    this.#execution = { ...cell, pending: [] };
    this.#body = body;
    this.#explain = explain;
    this.#ended = ended;
    this.#region = new Region(this.#execution, display, id);
    this.#values = Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value]));
    const list = Object.entries(controls).map(([name, control]) => ({ label: name, ...control, name }));
    const stored: ControlsData = { schema: 1, id, controls: list, values: this.#values };
    const state = { controls: list, values: this.#values };
    this.#panel = new Widget(
      comms,
      { ...controlsView(), state, text: controlsOutput.text(stored) },
      controlsOutput.bundle(stored),
    );
    this.#panel.onChange("values", (values) => this.#change(values as Values, null));
    display(this.#panel, { [regionKey]: { region: id, item: -1 } satisfies RegionMetadata });
    // the value of the call is not shown again as the result of the cell
    showAs(this, {});
    const first = new CancelScope();
    cell.scope.register(first, () => first.cancel(() => {}));
    cell.pending.push(this.#run(first).finally(() => cell.scope.unregister(first)));
  }

  /** Connects a view that shows the controls. */
  connect(view: Comm): void {
    this.#views.add(view);
    view
      .onMessage(({ data }) => this.#change((data as unknown as ControlsMessage).values, view))
      .onClose(() => this.#views.delete(view));
    this.#sendValues(view);
  }

  #sendValues(view: Comm): void {
    const message: ControlsMessage = { values: this.#values };
    view.send({ ...message });
  }

  /** Takes the values of a view, and sends them to the other views. */
  #change(values: Values, from: Comm | null): void {
    this.#values = values;
    for (const view of this.#views) if (view !== from) this.#sendValues(view);
    if (from !== null) this.#panel.set({ values });
    this.#timer ??= setTimeout(() => void this.#run(), intervalMs);
  }

  /** The current values of the controls. */
  get values(): Values {
    return this.#values;
  }

  /** Removes the controls and ends the interaction. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#running?.abort();
    this.#panel.close();
    for (const view of this.#views) view.close();
    this.#ended();
  }

  /** Runs the function in a scope of its own, so that a later interrupt of the cell does not cancel it. */
  async #run(scope = new CancelScope()): Promise<void> {
    this.#timer = null;
    this.#running?.abort();
    const abort = new AbortController();
    this.#running = abort;
    const run = this.#region.begin();
    const execution: Execution = { ...this.#execution, scope, pending: [], capture: run };
    await runIn(execution, async () => {
      try {
        const value = await this.#body(this.#values, { signal: abort.signal });
        if (value !== undefined) run.show(value);
      } catch (error) {
        if (abort.signal.aborted) return;
        const explanation = this.#explain(error);
        run.show(errorBundle(error, explanation));
        if (explanation !== null) run.show(explanation.bundle);
      }
    });
    run.end();
    await Promise.all(this.#execution.pending.splice(0));
  }
}
