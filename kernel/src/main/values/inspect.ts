/** Values as text, by Node's `inspect`. */
import { type InspectOptions, inspect } from "node:util";

/** Half of a surrogate pair where `inspect` has cut a long string. */
const halfAtCut = /\\uD[89AB][0-9A-F]{2}(?=['"`]\.\.\. \d+ more character)/g;

/** Returns the text of a value, in which long strings are cut between characters. */
export const inspected = (value: unknown, options: InspectOptions = {}): string =>
  inspect(value, options).replace(halfAtCut, "");
