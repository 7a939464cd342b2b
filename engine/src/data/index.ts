/** `data`: data sets, loaders and tables. */
export { type CSVOptions, parseCSV, readCSV, Table } from "./csv.ts";
export { type Dataset, randomSplit, type SplitOptions, Subset, TensorDataset } from "./dataset.ts";
export { DataLoader, type DataLoaderOptions } from "./loader.ts";
