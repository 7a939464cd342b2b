/** Equations of `einsum`: from the text to a label for each dimension. */
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";

/** An equation with one label for each dimension: letters, and `...k` for the dimension k places before the end of an ellipsis. */
export interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** The size of each label, to which sizes of 1 broadcast. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Returns the labels of one operand or of the output, in which an ellipsis stands for `count` dimensions. */
function labelsOf(term: string, count: number): string[] {
  const at = term.indexOf("...");
  const letters = (text: string): string[] => {
    const found = text.split("");
    const wrong = found.find((c) => !/[a-zA-Z]/.test(c));
    if (wrong !== undefined)
      throw new ArgumentError("einsum", `labels must be letters of a-z and A-Z, but got "${wrong}" in "${term}"`);
    return found;
  };
  if (at < 0) return letters(term);
  const ellipsis = Array.from({ length: count }, (_, i) => `...${count - i}`);
  return [...letters(term.slice(0, at)), ...ellipsis, ...letters(term.slice(at + 3))];
}

/** Returns the labels of the operands, with as many dimensions for an ellipsis as the operand has beyond its letters. */
function inputLabels(terms: readonly string[], shapes: readonly Shape[]): string[][] {
  if (terms.length !== shapes.length)
    throw new ArgumentError(
      "einsum",
      `the equation has ${terms.length} terms, but there are ${shapes.length} operands`,
    );
  return terms.map((term, i) => {
    const rank = shapes[i].length;
    const letters = term.replace("...", "").length;
    if (letters > rank || (letters < rank && !term.includes("...")))
      throw new ShapeError("einsum", `"${term}" has ${letters} labels for an operand of ${rank} dimensions`, [
        shapes[i],
      ]);
    return labelsOf(term, rank - letters);
  });
}

/** Returns the output where the equation has none: the ellipsis, then the letters that appear once, in the order of the alphabet, capitals first. */
function implicitOutput(inputs: readonly (readonly string[])[], ellipsis: readonly string[]): string[] {
  const letters = inputs.flat().filter((label) => !label.startsWith("..."));
  return [...ellipsis, ...letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label)).sort()];
}

/**
 * Parses an equation such as `"ij,jk->ik"` for operands of the given shapes.
 * @throws ArgumentError for an equation that cannot be read; ShapeError when labels and shapes do not fit.
 */
export function parseEquation(equation: string, shapes: readonly Shape[]): Equation {
  const [left, right, ...more] = equation.replaceAll(/\s/g, "").split("->");
  if (more.length > 0) throw new ArgumentError("einsum", `"->" must stand once in the equation, but got "${equation}"`);
  const inputs = inputLabels(left.split(","), shapes);
  const sizes = new Map<string, number>();
  inputs.forEach((labels, i) => {
    labels.forEach((label, d) => {
      const [size, before] = [shapes[i][d], sizes.get(label) ?? 1];
      if (size !== before && size !== 1 && before !== 1)
        throw new ShapeError("einsum", `the label "${label}" has the sizes ${before} and ${size}`, shapes);
      sizes.set(label, before === 1 ? size : before);
    });
  });
  const count = inputs.flat().reduce((n, l) => (l.startsWith("...") ? Math.max(n, Number(l.slice(3))) : n), 0);
  const ellipsis = labelsOf("...", count);
  const output = right === undefined ? implicitOutput(inputs, ellipsis) : labelsOf(right, count);
  output.forEach((label, d) => {
    if (output.indexOf(label) !== d)
      throw new ArgumentError("einsum", `the label "${label}" must stand once in the output, but got "${equation}"`);
    if (!sizes.has(label))
      throw new ArgumentError("einsum", `the label "${label}" of the output is that of no operand in "${equation}"`);
  });
  return { inputs, output, sizes };
}
