/** The base of views whose charts are drawn in the width of the view. */
import type { OutputData } from "tapelab/view";
import { DataView } from "./view.js";

/** A view that is painted again when its width changes. */
export abstract class PaintedView<D extends OutputData> extends DataView<D> {
  /** Draws the charts in the width of the view, if there is data. */
  protected abstract paint(): void;

  protected override onAfterAttach(): void {
    super.onAfterAttach();
    this.paint();
  }
  protected override onAfterShow(): void {
    this.paint();
  }
  protected override onResize(): void {
    this.paint();
  }
}
