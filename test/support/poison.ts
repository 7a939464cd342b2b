/** Poison mode for all tests of a file: freed memory is filled with NaN, and not used again before the test is over. */
import { afterEach } from "vitest";
import { releasePoisoned, setPoison, sweep } from "../../engine/src/tensor/memory.ts";

setPoison(true);

afterEach(() => {
  sweep();
  releasePoisoned();
});
