/** Units of a rectifier that are closed for every example of a batch. */
import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** Numbers of units. */
export interface DeadUnits {
  readonly dead: number;
  readonly units: number;
}

/** Returns the number of units whose output is 0 for every example and place: channels of images [n, c, h, w], otherwise elements of the last dimension. */
export function deadUnits(y: Tensor): DeadUnits {
  const { shape } = y;
  const dim = shape.length > 3 ? 1 : shape.length - 1;
  const units = shape[dim] ?? 1;
  const inner = shape.slice(dim + 1).reduce((n, size) => n * size, 1);
  const x = readElements(y);
  const isOpen = new Uint8Array(units);
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) isOpen[Math.floor(i / inner) % units] = 1;
  return { dead: isOpen.reduce((n, open) => n + 1 - open, 0), units };
}
