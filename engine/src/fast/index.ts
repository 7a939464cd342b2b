/** Registers all fast kernels and fast gradient rules, as these files are loaded. */

import "./elementwise/binary.ts";
import "./elementwise/compare.ts";
import "./elementwise/composed.ts";
import "./elementwise/copies.ts";
import "./elementwise/finite.ts";
import "./elementwise/slopes.ts";
import "./elementwise/square.ts";
import "./elementwise/unary.ts";
import "./functional/attention.ts";
import "./functional/avg-pool.ts";
import "./functional/channel-norm.ts";
import "./functional/conv.ts";
import "./functional/lstm-gates.ts";
import "./functional/lstm.ts";
import "./functional/max-pool.ts";
import "./functional/nll.ts";
import "./functional/norm.ts";
import "./functional/softmax.ts";
import "./indexing/gather.ts";
import "./indexing/rows.ts";
import "./linalg/matmul.ts";
import "./random/random.ts";
import "./reduce/reduce.ts";
