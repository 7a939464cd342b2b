/** One file for each entry: Node takes longer to load the modules one by one. */
export default {
  input: {
    index: "src/index.ts",
    "teach/check/index": "src/teach/check/index.ts",
    "view/index": "src/view/index.ts",
    "ops/indexing/index-text": "src/ops/indexing/index-text.ts",
    // the thread that a loader starts
    "data/workers/worker": "src/data/workers/worker.ts",
  },
  external: [/^csv-parse/, /^fflate/, /^node:/],
  platform: "neutral",
  // names of classes are shown to people
  output: { dir: "dist", format: "esm", keepNames: true, sourcemap: true, chunkFileNames: "[name].js" },
};
