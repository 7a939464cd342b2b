/** The exports of `data`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../data/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../data/index.ts";
export * as text from "./data-text.ts";
export * as transforms from "./data-transforms.ts";

export const batched: typeof from.batched = guard("batched", "items: iterable<Tensor[]>, size: number, options?: { dropLast?: boolean; collate?: function }", from.batched);
export const decodeImage: typeof from.decodeImage = guard("decodeImage", "file: Uint8Array, options?: { mode?: \"unchanged\" | \"gray\" | \"grayAlpha\" | \"rgb\" | \"rgba\"; size?: number[]; maxPixels?: number }", from.decodeImage);
export const encodeJpeg: typeof from.encodeJpeg = guard("encodeJpeg", "image: Tensor, options?: { quality?: number }", from.encodeJpeg);
export const encodeNpy: typeof from.encodeNpy = guard("encodeNpy", "t: Tensor", from.encodeNpy);
export const encodeNpz: typeof from.encodeNpz = guard("encodeNpz", "tensors: record<Tensor>", from.encodeNpz);
export const encodePng: typeof from.encodePng = guard("encodePng", "image: Tensor", from.encodePng);
export const parseArrow: typeof from.parseArrow = guard("parseArrow", "file: Uint8Array, options?: { columns?: string[]; rowStart?: number; rowEnd?: number; maxValues?: number }", from.parseArrow);
export const parseCSV: typeof from.parseCSV = guard("parseCSV", "text: string, options?: { delimiter?: string; columns?: string[]; comment?: string }", from.parseCSV);
export const parseCifar: typeof from.parseCifar = guard("parseCifar", "file: Uint8Array, options?: { classes?: number }", from.parseCifar);
export const parseIdx: typeof from.parseIdx = guard("parseIdx", "file: Uint8Array", from.parseIdx);
export const parseNpy: typeof from.parseNpy = guard("parseNpy", "file: Uint8Array", from.parseNpy);
export const parseNpz: typeof from.parseNpz = guard("parseNpz", "file: Uint8Array", from.parseNpz);
export const parseParquet: typeof from.parseParquet = guard("parseParquet", "file: Uint8Array, options?: { columns?: string[]; rowStart?: number; rowEnd?: number; maxValues?: number }", from.parseParquet);
export const randomSplit: typeof from.randomSplit = guard("randomSplit", "dataset: has<batch, length>, lengths: number[], options?: { generator?: Generator }", from.randomSplit);
export const readArrow: typeof from.readArrow = guard("readArrow", "path: string, options?: { columns?: string[]; rowStart?: number; rowEnd?: number; maxValues?: number }", from.readArrow);
export const readCSV: typeof from.readCSV = guard("readCSV", "path: string, options?: { delimiter?: string; columns?: string[]; comment?: string }", from.readCSV);
export const readCifar: typeof from.readCifar = guard("readCifar", "path: string, options?: { classes?: number }", from.readCifar);
export const readIdx: typeof from.readIdx = guard("readIdx", "path: string", from.readIdx);
export const readImage: typeof from.readImage = guard("readImage", "path: string, options?: { mode?: \"unchanged\" | \"gray\" | \"grayAlpha\" | \"rgb\" | \"rgba\"; size?: number[]; maxPixels?: number }", from.readImage);
export const readNpy: typeof from.readNpy = guard("readNpy", "path: string", from.readNpy);
export const readNpz: typeof from.readNpz = guard("readNpz", "path: string", from.readNpz);
export const readParquet: typeof from.readParquet = guard("readParquet", "path: string, options?: { columns?: string[]; rowStart?: number; rowEnd?: number; maxValues?: number }", from.readParquet);
export const writeJpeg: typeof from.writeJpeg = guard("writeJpeg", "path: string, image: Tensor, options?: { quality?: number }", from.writeJpeg);
export const writeNpy: typeof from.writeNpy = guard("writeNpy", "path: string, t: Tensor", from.writeNpy);
export const writeNpz: typeof from.writeNpz = guard("writeNpz", "path: string, tensors: record<Tensor>", from.writeNpz);
export const writePng: typeof from.writePng = guard("writePng", "path: string, image: Tensor", from.writePng);
