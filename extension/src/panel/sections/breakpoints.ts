/** The section of the notebook's breakpoints, with the stop of its program. */
import { BreakpointsList } from "../../render/breakpoints/list-view.js";
import { StopView } from "../../render/breakpoints/stop-view.js";
import type { PanelSection } from "../section.js";
import type { PanelSession } from "../session.js";
import { SectionView, sentence } from "./base.js";

/** The stop above the list. */
class BreakpointsSection extends SectionView {
  constructor(session: PanelSession) {
    super(session);
    const { context } = session;
    const { breakpoints } = context;
    if (breakpoints === undefined) this.replace(sentence("Breakpoints belong to a notebook."));
    else this.replace(new StopView(breakpoints, context, true), new BreakpointsList(breakpoints, context.jump));
  }

  protected override react(): void {
    // both parts follow the breakpoints by themselves
  }
}

export const breakpointsSection: PanelSection = {
  name: "breakpoints",
  title: "Breakpoints",
  about: "Conditions at which the program stops, and where it is stopped now.",
  forFiles: false,
  draw: (session) => new BreakpointsSection(session),
};
