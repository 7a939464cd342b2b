/** The fast kernels. */

import { registerCopies } from "./elementwise/copies.ts";
import { registerElementwise } from "./elementwise/elementwise.ts";
import { registerFinite } from "./elementwise/finite.ts";
import { registerSquares } from "./elementwise/square.ts";
import { registerAttention } from "./functional/attention.ts";
import { registerChannelNorm } from "./functional/channel-norm.ts";
import { registerConvolutions } from "./functional/conv.ts";
import { registerLstm } from "./functional/lstm.ts";
import { registerNorms } from "./functional/norm.ts";
import { registerPooling } from "./functional/pool.ts";
import { registerRecurrent } from "./functional/recurrent.ts";
import { registerSoftmax } from "./functional/softmax.ts";
import { registerRows } from "./indexing/rows.ts";
import { registerProducts } from "./linalg/matmul.ts";
import { registerRandom } from "./random/random.ts";
import { registerReductions } from "./reduce/reduce.ts";

/** Done once, by the package's entry. */
export function registerKernels(): void {
  registerElementwise();
  registerSquares();
  registerRandom();
  registerCopies();
  registerReductions();
  registerFinite();
  registerProducts();
  registerSoftmax();
  registerNorms();
  registerChannelNorm();
  registerConvolutions();
  registerPooling();
  registerRows();
  registerLstm();
  registerRecurrent();
  registerAttention();
}
