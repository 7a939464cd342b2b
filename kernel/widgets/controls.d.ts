/** The model that holds the values of a view, as anywidget defines it. */
export interface ControlsModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

declare const view: {
  /** Draws the controls into an element, and returns a function that disconnects them from the model. */
  render(context: { readonly model: ControlsModel; readonly el: HTMLElement }): () => void;
};

export default view;
