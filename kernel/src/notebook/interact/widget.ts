/**
 * The global `widget`: objects whose state is synchronized with a view in the front end, by version 2 of the Jupyter widget protocol and the
 * model of anywidget, whose view is an ES module in the state.
 */

import { showAs } from "../../main/display/describe.ts";
import type { Comm, CommEvent, CommManager } from "../../main/frontend/comms.ts";
import { jsonObject } from "../../main/values/json.ts";

type State = Readonly<Record<string, unknown>>;
type Listener = (value: unknown) => unknown;

/** Options of `widget`. */
export interface WidgetOptions {
  /** Source of an ES module: `export default { render({ model, el }) { … } }`. */
  readonly esm: string;
  readonly css?: string;
  /** The initial state; typed arrays are sent in binary form. */
  readonly state?: State;
  /** Text for viewers without widgets. */
  readonly text?: string;
}

const anyWidget = {
  _model_module: "anywidget",
  _model_name: "AnyModel",
  // any version that the front end has
  _model_module_version: "*",
  _view_module: "anywidget",
  _view_name: "AnyView",
  _view_module_version: "*",
  _view_count: null,
};

/** Splits a state into its JSON part and its binary values, with their paths. */
function splitState(state: State): {
  readonly json: State;
  readonly paths: readonly string[][];
  readonly buffers: Uint8Array[];
} {
  const binary = Object.entries(state).filter((entry): entry is [string, ArrayBufferView] =>
    ArrayBuffer.isView(entry[1]),
  );
  const names = binary.map(([name]) => name);
  return {
    json: Object.fromEntries(Object.entries(state).filter(([name]) => !names.includes(name))),
    paths: names.map((name) => [name]),
    buffers: binary.map(([, view]) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)),
  };
}

/** Inserts binary values into the JSON part of a state. */
function joinState(json: State, paths: unknown, buffers: readonly Uint8Array[]): State {
  const state: Record<string, unknown> = { ...json };
  if (Array.isArray(paths))
    paths.forEach((path: readonly string[], i) => {
      if (path.length === 1 && path[0] !== undefined) state[path[0]] = buffers[i];
    });
  return state;
}

/** The open widgets by id. */
const openWidgets = new Map<string, Widget>();

/** Answers the requests for the states of all widgets that a front end sends when it connects again. */
export function serveWidgetStates(comms: CommManager): void {
  comms.on("jupyter.widget.control", (control) =>
    control.onMessage(({ data }) => {
      if (data["method"] !== "request_states") return;
      const all = [...openWidgets].flatMap(([id, widget]) => {
        try {
          const { json, ...binary } = splitState(widget.state);
          return [{ id, json: jsonObject("widget", json, "state"), ...binary }];
        } catch {
          // skips a widget whose state was changed in place to a value that JSON cannot represent
          return [];
        }
      });
      const { _model_name: model_name, _model_module: model_module } = anyWidget;
      const model = { model_name, model_module, model_module_version: anyWidget._model_module_version };
      control.send(
        {
          method: "update_states",
          states: Object.fromEntries(all.map(({ id, json }) => [id, { ...model, state: json }])),
          buffer_paths: all.flatMap(({ id, paths }) => paths.map((path) => [id, "state", ...path])),
        },
        { buffers: all.flatMap(({ buffers }) => buffers) },
      );
    }),
  );
}

/** A widget, which is shown by displaying it. */
export class Widget {
  readonly #comm: Comm;
  readonly #state: Record<string, unknown>;
  readonly #listeners = new Map<string, Listener[]>();

  /** `bundle`: further MIME types that show the widget. */
  constructor(
    comms: CommManager,
    { esm, css = "", state = {}, text = "a widget" }: WidgetOptions,
    bundle: Readonly<Record<string, unknown>> = {},
  ) {
    this.#state = { ...anyWidget, _esm: esm, _css: css, _anywidget_id: "tapelab", ...state };
    const { json, paths, buffers } = splitState(this.#state);
    const data = { state: json, buffer_paths: paths };
    this.#comm = comms.create("jupyter.widget", data, { metadata: { version: "2.1.0" }, buffers });
    this.#comm.onMessage((event) => this.#receive(event)).onClose(() => openWidgets.delete(this.#comm.id));
    openWidgets.set(this.#comm.id, this);
    const view = { version_major: 2, version_minor: 0, model_id: this.#comm.id };
    showAs(this, { ...bundle, "application/vnd.jupyter.widget-view+json": view, "text/plain": text });
  }

  /** A copy of the state. */
  get state(): State {
    return { ...this.#state };
  }

  /** Returns a value of the state. */
  get(name: string): unknown {
    return this.#state[name];
  }

  /** Changes values of the state here and in the view. */
  set(changes: State): void {
    this.#update(changes);
    Object.assign(this.#state, changes);
  }

  /** Calls `listener` with the new value when the view changes it. */
  onChange(name: string, listener: Listener): this {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }

  /** Closes the widget and its views. */
  close(): void {
    openWidgets.delete(this.#comm.id);
    this.#comm.close();
  }

  #update(state: State): void {
    const { json, paths, buffers } = splitState(state);
    this.#comm.send({ method: "update", state: json, buffer_paths: paths }, { buffers });
  }

  #receive({ data, buffers }: CommEvent): void {
    if (data["method"] === "request_state") this.#update(this.#state);
    if (data["method"] !== "update") return;
    const changes = joinState((data["state"] ?? {}) as State, data["buffer_paths"], buffers);
    Object.assign(this.#state, changes);
    for (const [name, value] of Object.entries(changes))
      for (const listener of this.#listeners.get(name) ?? []) listener(value);
  }
}
