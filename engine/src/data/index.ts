/** `data`: data sets, samplers, loaders, files and tables. */
export { type CifarOptions, type LabelledImages, parseCifar, readCifar } from "./cifar.ts";
export { type CSVOptions, parseCSV, readCSV, Table } from "./csv.ts";
export { type Dataset, randomSplit, type SplitOptions, Subset, TensorDataset } from "./dataset.ts";
export {
  type BatchedOptions,
  batched,
  type Collate,
  ConcatDataset,
  ItemDataset,
  type ItemDatasetOptions,
  TransformDataset,
} from "./datasets.ts";
export { parseIdx, readIdx } from "./idx.ts";
export { DataLoader, type DataLoaderOptions, type LoaderState } from "./loader.ts";
export { encodeNpy, encodeNpz, parseNpy, parseNpz, readNpy, readNpz, writeNpy, writeNpz } from "./npy.ts";
export {
  RandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  type SamplerOptions,
  StratifiedSampler,
  WeightedRandomSampler,
} from "./samplers.ts";
export * as transforms from "./transforms.ts";
