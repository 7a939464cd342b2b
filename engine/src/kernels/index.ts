/** The fast kernels. */
import { registerAttention } from "./attention.ts";
import { registerChannelNorm } from "./channel-norm.ts";
import { registerConvolutions } from "./conv.ts";
import { registerCopies } from "./copies.ts";
import { registerElementwise } from "./elementwise.ts";
import { registerFinite } from "./finite.ts";
import { registerLstm } from "./lstm.ts";
import { registerProducts } from "./matmul.ts";
import { registerNorms } from "./norm.ts";
import { registerPooling } from "./pool.ts";
import { registerRandom } from "./random.ts";
import { registerRecurrent } from "./recurrent.ts";
import { registerReductions } from "./reduce.ts";
import { registerRows } from "./rows.ts";
import { registerSoftmax } from "./softmax.ts";
import { registerSquares } from "./square.ts";

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
