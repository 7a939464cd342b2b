/** The globals that cells can use without an import. Their types are in `kernel/types/tapelab-notebook`. */

import type { Displays } from "../main/display/displays.ts";
import type { CommManager } from "../main/frontend/comms.ts";
import { type Control, checkbox, dropdown, slider, textbox } from "./interact/controls.ts";
import { type Explain, type InteractContext, Interactions } from "./interact/interact.ts";
import { Widget, type WidgetOptions } from "./interact/widget.ts";
import { plot } from "./plot/plot.ts";
import { createPrint } from "./print.ts";
import { Progress, type ProgressOptions } from "./progress.ts";

type Items = number | Iterable<unknown> | AsyncIterable<unknown>;
type InteractBody = (values: Readonly<Record<string, unknown>>, context: InteractContext) => unknown;

/** Returns the globals, connected to the displays and comms of the kernel. */
export function notebookGlobals(
  displays: Displays,
  comms: CommManager,
  explain: Explain,
): Readonly<Record<string, unknown>> {
  const { display, clear } = displays;
  const interactions = new Interactions(comms, display, explain);
  return {
    display,
    clearOutput: clear,
    print: createPrint(display),
    plot,
    progress: (items: Items, options: ProgressOptions = {}) =>
      new Progress(typeof items === "number" ? Array.from({ length: items }, (_, i) => i) : items, options, display),
    createComm: comms.create,
    onComm: comms.on,
    widget: (options: WidgetOptions) => new Widget(comms, options),
    interact: (body: InteractBody, controls: Readonly<Record<string, Control<unknown>>>) =>
      interactions.start(body, controls),
    slider,
    dropdown,
    checkbox,
    textbox,
  };
}
