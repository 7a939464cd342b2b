/** Inputs that drive a cell, and widgets. They work in JupyterLab and VS Code, through anywidget. */

/** An input for `interact`, with the type of its values. */
interface Control<T> {
  readonly kind: "slider" | "dropdown" | "checkbox" | "textbox";
  readonly value: T;
}

interface SliderOptions {
  /** Where it starts: the middle, if left out. */
  readonly value?: number;
  /** Distance of neighbouring values: a hundredth of the range, or 1 between whole numbers, if left out. */
  readonly step?: number;
  /** Equal ratios instead of equal distances. */
  readonly log?: boolean;
  readonly label?: string;
}

/** A number between two others. */
declare function slider(min: number, max: number, options?: SliderOptions): Control<number>;

/** One of several. */
declare function dropdown<const T extends string | number | boolean>(
  options: readonly T[],
  choice?: { readonly value?: T; readonly label?: string },
): Control<T>;

/** Yes or no. */
declare function checkbox(value?: boolean, options?: { readonly label?: string }): Control<boolean>;

/** A line of text. */
declare function textbox(value?: string, options?: { readonly label?: string }): Control<string>;

interface InteractContext {
  /** Aborted when a newer run begins. */
  readonly signal: AbortSignal;
}

/** A function with its inputs. */
interface Interaction<V> {
  /** The values that the inputs have now. */
  readonly values: V;
  /** Takes the inputs away and runs no more. */
  close(): void;
}

/**
 * Runs `f` now and whenever one of its inputs is moved. What it prints, displays and returns takes the place of what the run before
 * did. Runs are at least 40 ms apart, and only the latest values are run; what an asynchronous run still prints after a newer one
 * has begun is dropped, and its `signal` is aborted.
 * @example
 * interact(({ lr }) => print(`rate ${lr}`), { lr: slider(0.001, 1, { log: true }) });
 */
declare function interact<const C extends Readonly<Record<string, Control<unknown>>>>(
  f: (values: ControlValues<C>, context: InteractContext) => unknown,
  controls: C,
): Interaction<ControlValues<C>>;

type ControlValues<C> = { readonly [K in keyof C]: C[K] extends Control<infer T> ? T : never };

interface WidgetOptions {
  /** An ES module: `export default { render({ model, el }) { … } }`, as anywidget describes it. */
  readonly esm: string;
  readonly css?: string;
  /** Shared with the view; typed arrays are sent as they are. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** What is shown where there are no widgets. */
  readonly text?: string;
}

/** State that a view in the front end shares; shown when it is a cell's last value, or by `display`. */
interface Widget {
  get(name: string): unknown;
  /** Changes the state here and in the view. */
  set(changes: Readonly<Record<string, unknown>>): void;
  /** Calls `listener` with the new value when the view changes it. */
  onChange(name: string, listener: (value: unknown) => unknown): this;
  /** Takes the view away. */
  close(): void;
}

/**
 * A widget of one's own.
 * @example
 * widget({ esm: "export default { render({ model, el }) { el.textContent = model.get('name'); } }", state: { name: "Ada" } });
 */
declare function widget(options: WidgetOptions): Widget;
