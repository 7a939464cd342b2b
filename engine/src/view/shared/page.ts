/** Width and colours of still pictures, which are made for a printed page. */

/** Pixels beside the cell prompts of a page that nbconvert prints; wider pictures are scaled down. */
export const pageWidth = 570;

/** Colours of text, notes, lines and background. */
export const pageColors = { ink: "#24292f", faint: "#57606a", line: "#d8dee4", back: "#ffffff" } as const;
