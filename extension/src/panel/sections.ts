/** The sections of the panel, one line each, in the order of their tabs. */
import type { PanelSection } from "./section.js";
import { breakpointsSection } from "./sections/breakpoints.js";
import { findingsSection } from "./sections/findings.js";
import { gradientsSection } from "./sections/gradients.js";
import { graphSection } from "./sections/graph.js";
import { memorySection } from "./sections/memory.js";
import { tapeSection } from "./sections/tape.js";
import { watchSection } from "./sections/watch.js";

export const panelSections: readonly PanelSection[] = [
  tapeSection,
  graphSection,
  gradientsSection,
  memorySection,
  watchSection,
  breakpointsSection,
  findingsSection,
];
