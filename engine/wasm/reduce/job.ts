/** The sum of a long row as a job that threads share. */
import * as Job from "../../src/fast/abi/jobs/sum";
import { address } from "../threads/words";
import { sumOf } from "./row";

/** Stores the sum of a chunk of the row as a float64, beside those of the other chunks. */
export function runSumChunk(words: usize, chunk: i32): void {
  const size = address(words, Job.elementsPerChunk);
  const first = <usize>chunk * size;
  const count = min(size, address(words, Job.elements) - first);
  store<f64>(address(words, Job.sums) + (<usize>chunk << 3), sumOf<f32>(address(words, Job.row) + (first << 2), count));
}
