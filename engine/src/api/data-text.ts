/** The exports of `data.text`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../data/text/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../data/text/index.ts";

export const batchify: typeof from.batchify = guard("batchify", "tokens: Tensor, batchSize: number", from.batchify);
export const buildVocabulary: typeof from.buildVocabulary = guard("buildVocabulary", "tokens: iterable<string>, options?: { minFrequency?: number; maxSize?: number; specials?: string[]; unknown?: string | undefined | null }", from.buildVocabulary);
export const byteTokens: typeof from.byteTokens = guard("byteTokens", "", from.byteTokens);
export const bytes: typeof from.bytes = guard("bytes", "text: string", from.bytes);
export const characters: typeof from.characters = guard("characters", "text: string", from.characters);
export const getBatch: typeof from.getBatch = guard("getBatch", "batches: Tensor, start: number, bptt: number", from.getBatch);
export const joinBytes: typeof from.joinBytes = guard("joinBytes", "tokens: string[]", from.joinBytes);
export const padCollate: typeof from.padCollate = guard("padCollate", "options?: { padding?: number; lengths?: boolean }", from.padCollate);
export const readVocabulary: typeof from.readVocabulary = guard("readVocabulary", "path: string", from.readVocabulary);
export const whitespace: typeof from.whitespace = guard("whitespace", "text: string, options?: { lowerCase?: boolean; lineEnd?: string }", from.whitespace);
export const words: typeof from.words = guard("words", "text: string, options?: { lowerCase?: boolean; lineEnd?: string }", from.words);
export const writeVocabulary: typeof from.writeVocabulary = guard("writeVocabulary", "path: string, vocabulary: data.text.Vocabulary", from.writeVocabulary);
