/** The parser of indices as text, which the engine has too. */
export { parseIndex } from "tapelab/index-text";
