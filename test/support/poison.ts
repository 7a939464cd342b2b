/** Poison mode for all tests of a file: freed memory is filled with NaN, and not used again before the test is over. */
import { afterEach } from "vitest";
import { releasePoisoned, setPoison } from "../../engine/src/tensor/storage/memory.ts";

setPoison(true);

afterEach(releasePoisoned);
