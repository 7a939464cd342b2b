/** Runs a function again whenever a person moves one of its inputs. */
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
import { thrownText } from "../../main/errors/traceback.ts";
import type { Comm, CommManager } from "../../main/frontend/comms.ts";
import { Life } from "../../main/ownership/cancel-scope.ts";
import { currentOwner, type Display, type OutputOwner, owned } from "../../main/ownership/owner.ts";
import { type Control, controlsView } from "./controls.ts";
import { Region } from "./region.ts";
import { Widget } from "./widget.ts";

type Values = Readonly<Record<string, unknown>>;
type Controls = Readonly<Record<string, Control<unknown>>>;

/** What a run is told beside its values. */
export interface InteractContext {
  /** Aborted when a newer run begins. */
  readonly signal: AbortSignal;
}

type Body = (values: Values, context: InteractContext) => unknown;

/** Runs are at least this far apart; what comes in between is run once, with the latest values. */
const everyMs = 40;

/** An error of the function, as JupyterLab shows errors of cells. */
function errorBundle(error: unknown): Values {
  const text = thrownText(error);
  return { "application/vnd.jupyter.stderr": text, "text/plain": text };
}

/** The inputs of a notebook, to which views in the front end connect. */
export class Interactions {
  readonly #comms: CommManager;
  readonly #display: Display;
  readonly #live = new Map<string, Interaction>();

  constructor(comms: CommManager, display: Display) {
    this.#comms = comms;
    this.#display = display;
    comms.on(controlsTarget, (comm, { data }) => {
      const found = this.#live.get((data as unknown as ControlsRequest).id);
      if (found === undefined) comm.close();
      else found.connect(comm);
    });
  }

  start(body: Body, controls: Controls): Interaction {
    const id = randomUUID();
    const started = new Interaction(this.#comms, this.#display, id, body, controls, () => this.#live.delete(id));
    this.#live.set(id, started);
    return started;
  }
}

export class Interaction {
  readonly #body: Body;
  readonly #region: Region;
  readonly #owner: OutputOwner;
  /** For front ends without a view of their own. */
  readonly #panel: Widget;
  readonly #views = new Set<Comm>();
  readonly #ended: () => void;
  #values: Values;
  #running: AbortController | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(comms: CommManager, display: Display, id: string, body: Body, controls: Controls, ended: () => void) {
    const cell = currentOwner();
    if (cell === undefined) throw new Error("interact: there is no cell below which it could be shown");
    this.#owner = { ...cell, pending: [] };
    this.#body = body;
    this.#ended = ended;
    this.#region = new Region(this.#owner, display, id);
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
    // as a cell's value it is shown already
    showAs(this, {});
    const first = new Life();
    cell.life.hold(first, () => first.stop(() => {}));
    cell.pending.push(this.#run(first).finally(() => cell.life.drop(first)));
  }

  /** A view that shows the inputs from now on. */
  connect(view: Comm): void {
    this.#views.add(view);
    view
      .onMessage(({ data }) => this.#change((data as unknown as ControlsMessage).values, view))
      .onClose(() => this.#views.delete(view));
    this.#tell(view);
  }

  #tell(view: Comm): void {
    const message: ControlsMessage = { values: this.#values };
    view.send({ ...message });
  }

  /** Takes the values that a view has; the other views follow. */
  #change(values: Values, from: Comm | null): void {
    this.#values = values;
    for (const view of this.#views) if (view !== from) this.#tell(view);
    if (from !== null) this.#panel.set({ values });
    this.#timer ??= setTimeout(() => void this.#run(), everyMs);
  }

  /** The values that the inputs have now. */
  get values(): Values {
    return this.#values;
  }

  /** Takes the inputs away and runs no more. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#running?.abort();
    this.#panel.close();
    for (const view of this.#views) view.close();
    this.#ended();
  }

  /** Each run lives for itself: an interrupt of the cell that made it, later, does not reach it. */
  async #run(life = new Life()): Promise<void> {
    this.#timer = null;
    this.#running?.abort();
    const abort = new AbortController();
    this.#running = abort;
    const run = this.#region.begin();
    const owner: OutputOwner = { ...this.#owner, life, pending: [], capture: run };
    await owned(owner, async () => {
      try {
        const value = await this.#body(this.#values, { signal: abort.signal });
        if (value !== undefined) run.show(value);
      } catch (error) {
        if (!abort.signal.aborted) run.show(errorBundle(error));
      }
    });
    run.end();
    await Promise.all(this.#owner.pending.splice(0));
  }
}
