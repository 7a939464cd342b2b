/** Texts of an explained error that all its forms have in common. */
import type { CodeLine, ErrorFix, ErrorOperand, ShapesData, TapeStep } from "../../protocol/index.ts";
import { formatShape } from "../shared/format.ts";

/** Returns a place as `cell 5 : line 4`, or `file.ts : line 4`; empty for none. */
export function placeWords(place: CodeLine | null): string {
  if (place === null) return "";
  const name = place.count === null ? (place.file.split(/[/\\]/).at(-1) ?? place.file) : `cell ${place.count}`;
  return `${name} : line ${place.line}`;
}

/** Returns the message behind the name of the op. */
export const messageWords = ({ message }: ShapesData): string => message;

/** Returns the words behind the code of a fix: whether it fits, with the shape of the result, or what it would mean. */
export function fixWords({ shape, dtype, warning }: ErrorFix): string {
  const result =
    shape === null
      ? ""
      : `${shape.length === 0 ? "a scalar" : formatShape(shape)}${dtype === "float32" || dtype === "" ? "" : ` ${dtype}`}`;
  if (warning !== null) return `runs${result === "" ? "" : `, ${result}`}, but ${warning}`;
  return result === "" ? "fits" : `fits, ${result}`;
}

/** Returns the shape of an operand, with the dtype where it matters. */
export const operandWords = ({ shape, dtype }: ErrorOperand): string =>
  dtype === "" ? formatShape(shape) : `${formatShape(shape)} ${dtype}`;

/** Returns where an operand came from; empty where it is not known. */
export const originWords = ({ origin, kind }: ErrorOperand): string =>
  kind === "wanted" ? "the shape that was asked for" : origin;

/** Returns a sentence about the module that failed; empty outside of modules. */
export function moduleWords({ module, moduleText }: ShapesData): string {
  if (module === "") return "";
  if (moduleText.startsWith(`${module}(`)) return `in ${moduleText}`;
  return moduleText === "" ? `in ${module}` : `in ${module}, ${moduleText}`;
}

/** Returns a sentence about the tape up to the error. */
export function tapeWords({ tape }: ShapesData): string {
  if (tape.total === 0) return "Nothing was recorded before the error: no operand required a gradient.";
  return `The tape up to here is kept: ${tape.total} op${tape.total === 1 ? "" : "s"}.`;
}

/** Returns the words when no change fits. */
export const noFixWords = ({ tried, fixes }: ShapesData): string =>
  fixes.length > 0 || tried === 0 ? "" : `None of ${tried} changes that were tried fits.`;

/** Returns a recorded step in one line. */
export const stepWords = ({ op, scope, shape }: TapeStep): string =>
  `${op} ${formatShape(shape)}${scope === "" ? "" : ` in ${scope}`}`;
