/** The page that still pictures are drawn for. */

/** Pixels of a printed page beside the cell numbers, as nbconvert lays it out: a wider picture is drawn smaller. */
export const pageWidth = 570;

export const pageColors = { ink: "#24292f", line: "#d8dee4", back: "#ffffff" } as const;
