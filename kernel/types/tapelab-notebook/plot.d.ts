/** Everyday charts. In JupyterLab they are drawn by its own Vega renderer; elsewhere, as on GitHub, a picture is shown. */

/** Numbers as a plot takes them: arrays, typed arrays and tensors. */
type PlotNumbers = ArrayLike<number> | { toArray(): unknown };

/** Lists by name: one line, colour or histogram each. */
interface PlotSeries {
  readonly [name: string]: PlotNumbers;
}

interface PlotOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Size of the plotted area in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Logarithmic axes; values of 0 and below are left out. */
  readonly logX?: boolean;
  readonly logY?: boolean;
}

interface ScatterOptions extends PlotOptions {
  /** A class for each point: points of one class have one colour. */
  readonly classes?: ArrayLike<string | number | boolean> | { toArray(): unknown };
}

interface HistogramOptions extends PlotOptions {
  /** Number of bins of equal width between the least and the greatest value; 30 if left out. */
  readonly bins?: number;
}

interface HeatmapOptions extends PlotOptions {
  /** Names of the columns. */
  readonly xNames?: readonly string[];
  /** Names of the rows. */
  readonly yNames?: readonly string[];
}

interface ConfusionOptions {
  readonly title?: string;
  /** Names of the classes, in the order of their numbers. */
  readonly names?: readonly string[];
  /** Shares instead of counts: of the true class (`true` or "true"), of the predicted class, or of all examples. */
  readonly normalize?: boolean | "true" | "predicted" | "all";
}

/** Classes of examples: integers or names. */
type PlotClasses = ArrayLike<string | number> | { toArray(): unknown };

/** A chart; shown when it is a cell's last value, or by `display`. */
interface Chart {
  /** Its Vega-Lite specification, to be changed and displayed. */
  readonly spec: Readonly<Record<string, unknown>>;
}

declare const plot: {
  /**
   * Lines of y over x, or over 0 … n - 1. Lines of more than 2,000 points keep the least and the greatest of each stretch.
   * @example
   * plot.line({ train: [0.9, 0.5, 0.3], validation: [1, 0.7, 0.6] }, { title: "Loss", xLabel: "epoch" });
   */
  line(y: PlotNumbers | PlotSeries, options?: PlotOptions): Chart;
  line(x: PlotNumbers, y: PlotNumbers | PlotSeries, options?: PlotOptions): Chart;

  /**
   * Points.
   * @example
   * plot.scatter([1, 2, 3], [2, 4, 8], { classes: ["a", "b", "b"] });
   */
  scatter(x: PlotNumbers, y: PlotNumbers | PlotSeries, options?: ScatterOptions): Chart;

  /**
   * Counts of values of any shape; NaN and infinities are not counted.
   * @example
   * plot.histogram([1, 2, 2, 3], { bins: 3 });
   */
  histogram(values: PlotNumbers | PlotSeries | ArrayLike<unknown>, options?: HistogramOptions): Chart;

  /**
   * A matrix, of shape [rows, columns]. Where it has more than 64 rows or columns, cells are averaged.
   * @example
   * plot.heatmap([[5, 1], [0, 6]], { xNames: ["cat", "dog"], yNames: ["cat", "dog"], xLabel: "predicted", yLabel: "true" });
   */
  heatmap(matrix: ArrayLike<ArrayLike<number>> | { toArray(): unknown }, options?: HeatmapOptions): Chart;

  /**
   * Which class is taken for which: rows are the true class, columns the predicted one; mistakes are red. Takes the counts, or the predicted and
   * the true class of each example, and at most 200 classes.
   * @example
   * plot.confusionMatrix([[5, 1], [0, 6]], { names: ["cat", "dog"] });
   * plot.confusionMatrix(["cat", "dog", "dog"], ["cat", "dog", "cat"], { normalize: true });
   */
  confusionMatrix(counts: ArrayLike<ArrayLike<number>> | { toArray(): unknown }, options?: ConfusionOptions): object;
  confusionMatrix(predictions: PlotClasses, targets: PlotClasses, options?: ConfusionOptions): object;

  /**
   * Pixels of shape [H, W], [C, H, W] or [H, W, C], with 1, 3 or 4 channels: from 0 to 1, or from 0 to 255 where one is greater than 1; with
   * negative ones, from the least to the greatest. Small pictures are enlarged, and all have a grey border of one pixel.
   * @example
   * plot.image([[0, 0.5], [0.5, 1]]);
   */
  image(pixels: ArrayLike<ArrayLike<number | ArrayLike<number>>> | { toArray(): unknown }): object;
};
