/** Sections of the inspector's panel. */
import type { Widget } from "@lumino/widgets";
import type { PanelSession } from "./session.js";

/** A section of the panel. A section is one file in `panel/sections`, and a line in `panel/sections.ts`. */
export interface PanelSection {
  /** Name in ids and commands. */
  readonly name: string;
  /** Text of its tab. */
  readonly title: string;
  /** A sentence on what it shows, for its tab and the help page. */
  readonly about: string;
  /** Whether it shows something without a notebook, in a file of a tape. */
  readonly forFiles: boolean;
  /** Draws the section for a notebook or a file. The widget exists while the section is displayed; what should outlive it belongs to the session. */
  readonly draw: (session: PanelSession) => Widget;
}
