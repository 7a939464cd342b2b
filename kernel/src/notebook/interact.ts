/** Runs a function again whenever a person moves one of its inputs. */
import type { CommManager } from "../runtime/comms.ts";
import { showAs } from "../runtime/display.ts";
import { Life } from "../runtime/life.ts";
import { currentOwner, type Display, type OutputOwner, owned } from "../runtime/output.ts";
import { thrownText } from "../runtime/traceback.ts";
import { type Control, controlsView } from "./controls.ts";
import { Region } from "./region.ts";
import { Widget } from "./widget.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a run is told beside its values. */
export interface InteractContext {
  /** Aborted when a newer run begins. */
  readonly signal: AbortSignal;
}

type Body = (values: Values, context: InteractContext) => unknown;

/** Runs are at least this far apart; what comes in between is run once, with the latest values. */
const everyMs = 40;

export class Interaction {
  readonly #body: Body;
  readonly #region: Region;
  readonly #owner: OutputOwner;
  readonly #panel: Widget;
  #values: Values;
  #running: AbortController | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(comms: CommManager, display: Display, body: Body, controls: Readonly<Record<string, Control<unknown>>>) {
    const cell = currentOwner();
    if (cell === undefined) throw new Error("interact: there is no cell below which it could be shown");
    this.#owner = { ...cell, pending: [] };
    this.#body = body;
    this.#region = new Region(this.#owner, display);
    this.#values = Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value]));
    const list = Object.entries(controls).map(([name, control]) => ({ label: name, ...control, name }));
    const text = `controls: ${Object.entries(this.#values)
      .map(([name, value]) => `${name} = ${String(value)}`)
      .join(", ")}`;
    this.#panel = new Widget(comms, { ...controlsView(), state: { controls: list, values: this.#values }, text });
    this.#panel.onChange("values", (values) => {
      this.#values = values as Values;
      this.#timer ??= setTimeout(() => void this.#run(), everyMs);
    });
    display(this.#panel);
    // as a cell's value it is shown already
    showAs(this, {});
    const first = new Life();
    cell.life.hold(first, () => first.stop(() => {}));
    cell.pending.push(this.#run(first).finally(() => cell.life.drop(first)));
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
        if (!abort.signal.aborted) run.show({ "text/plain": thrownText(error) });
      }
    });
    run.end();
    await Promise.all(this.#owner.pending.splice(0));
  }
}
