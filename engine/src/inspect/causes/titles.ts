/** The titles of causes, by their ids. */
import { gradientCauses } from "./gradient-causes.ts";
import { trainingCauses } from "./training/index.ts";

/** Returns the title of a cause, such as "Dead rectifier"; the id itself for one that is not in the lists. */
export const causeTitle = (id: string): string =>
  [...trainingCauses, ...gradientCauses].find((cause) => cause.id === id)?.title ?? id;
