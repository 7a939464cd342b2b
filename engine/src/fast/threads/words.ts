/** Words of 32 bits, by which JavaScript describes work to WebAssembly. */

/** Positions of words by name: a module of `abi/jobs`. */
type Layout = Readonly<Record<string, number>>;

/** A value for each name of a layout. A list fills the words from its position on. */
type Values<L extends Layout> = { readonly [Name in keyof L]: number | readonly number[] };

/** Returns a function that puts values at the positions of a layout. Positions between them are 0. */
export function layoutOf<L extends Layout>(layout: L): (values: Values<L>) => number[] {
  const names: readonly (keyof L & string)[] = Object.keys(layout);
  const positions = names.map((name) => layout[name]);
  const length = Math.max(...positions) + 1;
  return (values) => {
    const words = new Array<number>(length).fill(0);
    for (let i = 0; i < names.length; i++) {
      const value = values[names[i]];
      if (typeof value === "number") words[positions[i]] = value;
      else for (let k = 0; k < value.length; k++) words[positions[i] + k] = value[k];
    }
    return words;
  };
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** Returns the bits of a float32. */
export function floatWord(value: number): number {
  float[0] = value;
  return bits[0];
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** Returns the bits of a float64, the lower half first. */
export function doubleWords(value: number): readonly [number, number] {
  double[0] = value;
  return [halves[0], halves[1]];
}
