/** Formats values by Node's `inspect`. */
import { type InspectOptions, inspect } from "node:util";

/** Matches half of a surrogate pair at the point where `inspect` has cut a long string. */
const halfAtCut = /\\uD[89AB][0-9A-F]{2}(?=['"`]\.\.\. \d+ more character)/g;

/** Returns the text of a value; long strings are cut between characters. */
export const inspectText = (value: unknown, options: InspectOptions = {}): string =>
  inspect(value, options).replace(halfAtCut, "");
