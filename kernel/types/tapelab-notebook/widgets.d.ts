/** Controls and widgets, for JupyterLab and VS Code, by anywidget. */

/** A control of `interact` whose values have type T. */
interface Control<T> {
  readonly kind: "slider" | "dropdown" | "checkbox" | "textbox";
  readonly value: T;
}

/** Options of `slider`. */
interface SliderOptions {
  /** The initial value. Default: the middle of the range. */
  readonly value?: number;
  /** Distance of neighbouring values. Default: a hundredth of the range, or a whole number if the range is between integers. */
  readonly step?: number;
  /** Whether the scale is logarithmic. */
  readonly log?: boolean;
  readonly label?: string;
}

/** Returns a slider for numbers between `min` and `max`. */
declare function slider(min: number, max: number, options?: SliderOptions): Control<number>;

/** Returns a list from which one of the options is selected. */
declare function dropdown<const T extends string | number | boolean>(
  options: readonly T[],
  choice?: { readonly value?: T; readonly label?: string },
): Control<T>;

/** Returns a checkbox. */
declare function checkbox(value?: boolean, options?: { readonly label?: string }): Control<boolean>;

/** Returns a text field. */
declare function textbox(value?: string, options?: { readonly label?: string }): Control<string>;

/** The second argument of the function of `interact`. */
interface InteractContext {
  /** Aborted when a newer run begins. */
  readonly signal: AbortSignal;
}

/** A function with its controls. */
interface Interaction<V> {
  /** The current values of the controls. */
  readonly values: V;
  /** Removes the controls and ends the interaction. */
  close(): void;
}

/**
 * Runs `f` now and whenever one of its controls changes. The output of each run, and the value that it returns, replace those of the run
 * before. Runs are at least 40 ms apart, with the latest values. When a run begins, the output of an earlier asynchronous run is
 * discarded from then on, and its `signal` is aborted.
 * @example
 * interact(({ lr }) => print(`rate ${lr}`), { lr: slider(0.001, 1, { log: true }) });
 */
declare function interact<const C extends Readonly<Record<string, Control<unknown>>>>(
  f: (values: ControlValues<C>, context: InteractContext) => unknown,
  controls: C,
): Interaction<ControlValues<C>>;

/** The values of controls, by name. */
type ControlValues<C> = { readonly [K in keyof C]: C[K] extends Control<infer T> ? T : never };

/** Options of `widget`. */
interface WidgetOptions {
  /** Source of an ES module by anywidget's model: `export default { render({ model, el }) { … } }`. */
  readonly esm: string;
  readonly css?: string;
  /** The initial state; typed arrays are sent in binary form. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** Text for viewers without widgets. */
  readonly text?: string;
}

/** An object whose state is synchronized with a view in the front end. It is shown as the result of a cell or by `display`. */
interface Widget {
  /** Returns a value of the state. */
  get(name: string): unknown;
  /** Changes values of the state here and in the view. */
  set(changes: Readonly<Record<string, unknown>>): void;
  /** Calls `listener` with the new value when the view changes it. */
  onChange(name: string, listener: (value: unknown) => unknown): this;
  /** Closes the widget and its views. */
  close(): void;
}

/**
 * Creates a widget with a view of your own.
 * @example
 * widget({ esm: "export default { render({ model, el }) { el.textContent = model.get('name'); } }", state: { name: "Ada" } });
 */
declare function widget(options: WidgetOptions): Widget;
