/** The model that holds the values of a view: anywidget's, or one like it. */
export interface ControlsModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

declare const view: {
  /** Draws the inputs into an element; returns what ends it. */
  render(context: { readonly model: ControlsModel; readonly el: HTMLElement }): () => void;
};

export default view;
