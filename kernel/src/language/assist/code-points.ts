/** Conversion of offsets: Jupyter counts code points, and JavaScript counts UTF-16 code units. */

/** Converts an offset in code points to one in UTF-16 code units. */
export function toUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let n = 0; n < codePoints && units < text.length; n++)
    units += (text.codePointAt(units) as number) > 0xffff ? 2 : 1;
  return units;
}

/** Converts an offset in UTF-16 code units to one in code points. */
export const toCodePoints = (text: string, units: number): number => Array.from(text.slice(0, units)).length;
