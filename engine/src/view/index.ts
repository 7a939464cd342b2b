/** Turns protocol JSON into lines, lanes, text, HTML and SVG, for the engine, the kernel and the extension. */
export * from "../protocol/index.ts";
export { noteAlarm, noteFacts, noteWords } from "./annotations/words.ts";
export {
  attributionHeadline,
  attributionScale,
  omittedWords,
  rankedScores,
  signedNumber,
} from "./attribution/facts.ts";
export { attributionHtml } from "./attribution/html.ts";
export { attributionSvg, imageColors } from "./attribution/svg.ts";
export { attributionText } from "./attribution/text.ts";
export { checkHtml, partHtml } from "./check/html.ts";
export { progressHtml, progressText } from "./check/progress.ts";
export { checkMessage, checkText, partText } from "./check/text.ts";
export {
  checkPlace,
  checkRowName,
  checkTapeWords,
  mapScale,
  outcomeOfFailure,
  outcomeOfPart,
  pointsText,
  scoreWords,
  tapeHeads,
} from "./check/words.ts";
export {
  type ClassScore,
  cellShade,
  cellWords,
  confusionFacts,
  countsOf,
  divisorOf,
  formatRatio,
  maxCounted,
  mistakesOf,
  mistakeWords,
  scoresOf,
} from "./confusion/facts.ts";
export { confusionHtml } from "./confusion/html.ts";
export { confusionText } from "./confusion/text.ts";
export { diagnosisHtml } from "./diagnosis/html.ts";
export { diagnosisText } from "./diagnosis/text.ts";
export { diagnosisFacts, diagnosisHeadline, evidenceWords, findingKinds, whereWords } from "./diagnosis/words.ts";
export { diffHtml } from "./diff/html.ts";
export { diffText } from "./diff/text.ts";
export * from "./diff/words.ts";
export { checkTape, TapeFileError } from "./dump/check.ts";
export { jsonChunks, LazyList } from "./dump/json-chunks.ts";
export { readTape, readTapeBytes } from "./dump/read.ts";
export { explainHtml } from "./explain/html.ts";
export { explainText, kindWords, lineWords, shareWords } from "./explain/text.ts";
export { gradientsHtml } from "./gradients/html.ts";
export { gradientsHeadline, gradientsText, statesWithReason } from "./gradients/text.ts";
export { drawGraph, type Shape, shapeMarkup } from "./graph/drawing.ts";
export { graphDot, graphMermaid } from "./graph/formats.ts";
export { hasFinding, nodeSentence, nodeSize, nodeTexts } from "./graph/labels.ts";
export {
  type GraphLayout,
  type LayoutCache,
  type LayoutJob,
  type LayoutResult,
  layOutContainer,
  layOutGraph,
  layoutSteps,
} from "./graph/layout.ts";
export { graphSvg, graphText, initialGraph } from "./graph/output.ts";
export { type GraphItem, graphTree } from "./graph/tree.ts";
export {
  countVisible,
  type GraphEdge,
  type GraphNode,
  initiallyOpen,
  maxVisible,
  type VisibleGraph,
  visibleGraph,
} from "./graph/visible.ts";
export { changeWords, hasChanges, holderWords, memoryHeadline, omittedRows, rowLine } from "./memory/facts.ts";
export { memoryHtml } from "./memory/html.ts";
export { memoryText } from "./memory/text.ts";
export { numericsHtml } from "./numerics/html.ts";
export { numericsText } from "./numerics/text.ts";
export {
  checkedWords,
  inputWords,
  numericHeadline,
  numericPlace,
  numericSigns,
  numericWords,
  rowSentences,
  worstWords,
} from "./numerics/words.ts";
export { originHtml } from "./origin/html.ts";
export { originText } from "./origin/text.ts";
export * from "./origin/words.ts";
export * from "./outputs.ts";
export { ratesChart } from "./rates/charts.ts";
export { ratesFacts, ratesTitle } from "./rates/words.ts";
export { matchRows, type SearchContext } from "./search/match.ts";
export { type FilterName, type ParsedQuery, parseQuery, type Query, searchFilters } from "./search/query.ts";
export { type Drawing, dimText, drawOperands, isMarked, type Mark, scaleOf } from "./shapes/drawing.ts";
export { shapesSvg } from "./shapes/svg.ts";
export { reasonLines, shapesText } from "./shapes/text.ts";
export {
  fixWords,
  moduleWords,
  noFixWords,
  operandWords,
  originWords,
  placeWords,
  stepWords,
  tapeWords,
} from "./shapes/words.ts";
export * from "./shared/format.ts";
export { plainFormula } from "./shared/formula.ts";
export { decodeGrid, gridBytes, type Means, squareValue } from "./shared/grid.ts";
export { textHash } from "./shared/hash.ts";
export type { Mark as ChartMark, Panel as ChartPanel, Role as ChartRole } from "./shared/marks.ts";
export { element, escapeText } from "./shared/markup.ts";
export {
  type Bundle,
  defineOutput,
  type Output,
  type OutputData,
  type OutputMime,
  type OutputSpec,
  type Still,
} from "./shared/output.ts";
export { Arrangement, heatPanels, numberPanels, type Panel, type Panels } from "./shared/panels.ts";
export * from "./shared/places.ts";
export {
  type Box,
  type BoxTexts,
  boxHeight,
  boxPadding,
  boxTexts,
  isDrawn,
  type Link,
  labelWidth,
  type StepGraph,
  stepGraph,
} from "./steps/graph.ts";
export { stepsHtml } from "./steps/html.ts";
export {
  type Layout,
  type LayoutEdge,
  type LayoutNode,
  layOut,
  type PlacedEdge,
  type PlacedNode,
} from "./steps/layout.ts";
export { type GradientNow, type Moment, Replay, type StepPhase } from "./steps/replay.ts";
export { stepsSvg } from "./steps/svg.ts";
export { type StepTable, stepOpWords, stepTable } from "./steps/table.ts";
export { stepsText } from "./steps/text.ts";
export {
  consumerWords,
  gradientNowWords,
  momentWords,
  omittedStepWords,
  passWords,
  productWords,
  statisticsWords,
  stepOp,
  stepScopePath,
  stepSentence,
  stepsHeadline,
  sumWords,
  tensorWords,
} from "./steps/words.ts";
export { specText } from "./stop/breakpoint-words.ts";
export { stopHtml } from "./stop/html.ts";
export { stopText } from "./stop/text.ts";
export * from "./stop/words.ts";
export { foldMark, gradientWords, leavesOf, lineTitle, siteWords, tapeHeadline } from "./tape/labels.ts";
export { type Lane, type Lanes, lanesOf } from "./tape/lanes.ts";
export {
  initiallyFolded,
  type Line,
  linesOf,
  linesOfRows,
  savedBytesOf,
  scopeName,
  scopePath,
  shownRow,
} from "./tape/rows.ts";
export { tapeSvg } from "./tape/svg.ts";
export { tapeText } from "./tape/text.ts";
export { gradientFacts, spreadFacts, tensorHeadline } from "./tensor/facts.ts";
export { tensorHtml } from "./tensor/html.ts";
export { formatElement, isSmall, maxNumbers, numberFormat, tintOf, tintScale } from "./tensor/numbers.ts";
export { tensorSvg } from "./tensor/svg.ts";
export { tensorText } from "./tensor/text.ts";
export { type TrainingCharts, trainingCharts } from "./training/charts.ts";
export { trainingSvg } from "./training/svg.ts";
export { epochRows, progressLine, trainingText } from "./training/text.ts";
export {
  durationWords,
  trainingFacts,
  trainingShare,
  trainingTitle,
  type ValueRow,
  valueRows,
} from "./training/words.ts";
export { type ChartSizes, chartsOf } from "./watch/charts.ts";
export { type Heat, heatOf, shownQuantities, squareWords } from "./watch/heat.ts";
export { watchTable } from "./watch/html.ts";
export { watchSvg } from "./watch/svg.ts";
export { watchText } from "./watch/text.ts";
export {
  alarmTitle,
  alarmWords,
  formatQuantity,
  layerWords,
  quantityWords,
  watchFacts,
  watchTitle,
} from "./watch/words.ts";
