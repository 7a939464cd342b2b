/** `data.text`: tokenizers, vocabularies, and batches of texts. */
export {
  batchify,
  getBatch,
  type PadOptions,
  padCollate,
  WindowDataset,
  type WindowOptions,
} from "./batches.ts";
export {
  bytes,
  byteTokens,
  characters,
  joinBytes,
  type Tokenizer,
  type WordOptions,
  whitespace,
  words,
} from "./tokenizers.ts";
export {
  type BuildVocabularyOptions,
  buildVocabulary,
  readVocabulary,
  Vocabulary,
  type VocabularyOptions,
  writeVocabulary,
} from "./vocabulary.ts";
