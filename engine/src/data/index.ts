/** `data`: data sets, samplers, loaders, files, tables, images and texts. */
export { type CifarOptions, type LabelledImages, parseCifar, readCifar } from "./cifar.ts";
export { parseArrow, readArrow } from "./columns/arrow.ts";
export { parseParquet, readParquet } from "./columns/parquet.ts";
export {
  type Categories,
  type Column,
  type ColumnKind,
  type ColumnsOptions,
  ColumnTable,
  type ColumnTensorOptions,
  type ColumnValue,
} from "./columns/table.ts";
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
export type { ImageOptions, Planes } from "./images/decode.ts";
export { ImageFolder, type ImageSample } from "./images/folder.ts";
export {
  decodeImage,
  encodeJpeg,
  encodePng,
  type JpegOptions,
  readImage,
  writeJpeg,
  writePng,
} from "./images/image.ts";
export type { ImageMode } from "./images/pixels.ts";
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
export * as text from "./text/index.ts";
export * as transforms from "./transforms.ts";
export { WorkerDataset, type WorkerDatasetOptions } from "./workers/dataset.ts";
export type { RemoteBatches, Request } from "./workers/remote.ts";
export type { ItemArray, ItemTools, ItemValue, Task } from "./workers/tasks.ts";
