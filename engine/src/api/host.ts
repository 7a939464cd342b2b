/** The exports of `host`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../host.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../host.ts";

export const allBreakpoints: typeof from.allBreakpoints = guard("allBreakpoints", "", from.allBreakpoints);
export const beginRun: typeof from.beginRun = guard("beginRun", "cell: { id: string; count: number } | null", from.beginRun);
export const breakTimeout: typeof from.breakTimeout = guard("breakTimeout", "", from.breakTimeout);
export const encodeStop: typeof from.encodeStop = guard("encodeStop", "stop: has<breakpoints, event, replace, replaced, values>, options: { stop: number; count: number; outcome: \"stopped\" | \"continued\" | \"aborted\" | \"interrupted\" | \"passed\" | \"expired\" }", from.encodeStop);
export const endRun: typeof from.endRun = guard("endRun", "variables: record<any>", from.endRun);
export const endStep: typeof from.endStep = guard("endStep", "", from.endStep);
export const explanationOf: typeof from.explanationOf = guard("explanationOf", "error: any", from.explanationOf);
export const findLine: typeof from.findLine = guard("findLine", "recorder: has<beginRun, endRun, entriesOf, forget, isListening, madeBy, noteLeaf, noteTensor, start, stop>, entries: iterable<has<count, encode, gradient, note, noteGradient, order, position>>, options: { tensors: Tensor[]; own: Tensor[]; wantsTape: boolean }", from.findLine);
export const gradientsBehind: typeof from.gradientsBehind = guard("gradientsBehind", "result: Tensor", from.gradientsBehind);
export const inspectedTapes: typeof from.inspectedTapes = guard("inspectedTapes", "", from.inspectedTapes);
export const listBreakpoints: typeof from.listBreakpoints = guard("listBreakpoints", "", from.listBreakpoints);
export const observeBreakpoints: typeof from.observeBreakpoints = guard("observeBreakpoints", "observer: function", from.observeBreakpoints);
export const observeLines: typeof from.observeLines = guard("observeLines", "", from.observeLines);
export const peekGrad: typeof from.peekGrad = guard("peekGrad", "t: Tensor", from.peekGrad);
export const recover: typeof from.recover = guard("recover", "", from.recover);
export const removeBreakpointsOf: typeof from.removeBreakpointsOf = guard("removeBreakpointsOf", "cellId: string", from.removeBreakpointsOf);
export const replaceValue: typeof from.replaceValue = guard("replaceValue", "stop: has<breakpoints, event, replace, replaced, values>, index: number, given: any", from.replaceValue);
export const reportGrowth: typeof from.reportGrowth = guard("reportGrowth", "", from.reportGrowth);
export const setCellSources: typeof from.setCellSources = guard("setCellSources", "sources: has<latest, read>", from.setCellSources);
export const setCellTexts: typeof from.setCellTexts = guard("setCellTexts", "find: function", from.setCellTexts);
export const setDeclarations: typeof from.setDeclarations = guard("setDeclarations", "find: function", from.setDeclarations);
export const setFrontEndBreakpoints: typeof from.setFrontEndBreakpoints = guard("setFrontEndBreakpoints", "specs: { id: string; enabled: boolean; phase: \"forward\" | \"backward\" | \"both\"; value?: \"zero\" | \"nan\" | \"infinite\" | \"notFinite\"; normAbove?: number; op?: string; scope?: string; shape?: (number | null)[]; cell?: string | number; line?: number; file?: string; when?: string }[]", from.setFrontEndBreakpoints);
export const setLastError: typeof from.setLastError = guard("setLastError", "error: any", from.setLastError);
export const setLiveDisplay: typeof from.setLiveDisplay = guard("setLiveDisplay", "display: function | null", from.setLiveDisplay);
export const setStopHandler: typeof from.setStopHandler = guard("setStopHandler", "stop: function | null", from.setStopHandler);
export const setTrainingPresenter: typeof from.setTrainingPresenter = guard("setTrainingPresenter", "present: function", from.setTrainingPresenter);
export const setVariables: typeof from.setVariables = guard("setVariables", "list: function", from.setVariables);
export const setWatch: typeof from.setWatch = guard("setWatch", "options: { nodes: number; first?: number; bytes?: number; site?: function }", from.setWatch);
export const setWatchPresenter: typeof from.setWatchPresenter = guard("setWatchPresenter", "present: function", from.setWatchPresenter);
export const tapeChunks: typeof from.tapeChunks = guard("tapeChunks", "roots: Tensor[]", from.tapeChunks);
export const watchGrowth: typeof from.watchGrowth = guard("watchGrowth", "tell: function | null", from.watchGrowth);
