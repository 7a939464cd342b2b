/** Poison mode for all tests of a file: freed memory is filled with NaN, and not reused before the end of the test. */
import { afterEach } from "vitest";
import { releasePoisoned, setPoison } from "../../engine/src/tensor/storage/memory.ts";

setPoison(true);

afterEach(releasePoisoned);
