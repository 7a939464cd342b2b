/** The protocol counts code points, JavaScript UTF-16 units. */

export function toUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let n = 0; n < codePoints && units < text.length; n++)
    units += (text.codePointAt(units) as number) > 0xffff ? 2 : 1;
  return units;
}

export const toCodePoints = (text: string, units: number): number => Array.from(text.slice(0, units)).length;
