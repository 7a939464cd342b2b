/** Charts. JupyterLab draws them by its Vega renderer; other viewers, such as GitHub, show a picture. */

/** A list of numbers: an array, a typed array or a tensor. */
type PlotNumbers = ArrayLike<number> | { toArray(): unknown };

/** Named lists of numbers, each of which is a line, a colour or a histogram. */
interface PlotSeries {
  readonly [name: string]: PlotNumbers;
}

/** Options of all charts. */
interface PlotOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Size of the plotted area in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Whether the x axis is logarithmic; values ≤ 0 are left out. */
  readonly logX?: boolean;
  /** Whether the y axis is logarithmic; values ≤ 0 are left out. */
  readonly logY?: boolean;
}

/** Options of `plot.scatter`. */
interface ScatterOptions extends PlotOptions {
  /** The class of each point, which decides its colour. */
  readonly classes?: ArrayLike<string | number | boolean> | { toArray(): unknown };
}

/** Options of `plot.histogram`. */
interface HistogramOptions extends PlotOptions {
  /** Number of bins of equal width between minimum and maximum. Default: 30. */
  readonly bins?: number;
}

/** Options of `plot.heatmap`. */
interface HeatmapOptions extends PlotOptions {
  /** Names of the columns. */
  readonly xNames?: readonly string[];
  /** Names of the rows. */
  readonly yNames?: readonly string[];
}

/** Options of `plot.images`. */
interface ImagesOptions {
  /** Number of pictures in a row. Default: 10, or fewer if there are fewer. */
  readonly columns?: number;
}

/** Options of `plot.confusionMatrix`. */
interface ConfusionOptions {
  readonly title?: string;
  /** Names of the classes, by their index. */
  readonly names?: readonly string[];
  /** Shows fractions of the true class (`true` or "true"), of the predicted class, or of all samples. */
  readonly normalize?: boolean | "true" | "predicted" | "all";
}

/** The classes of samples: integers or names. */
type PlotClasses = ArrayLike<string | number> | { toArray(): unknown };

/** A chart, which is shown as the result of a cell or by `display`. */
interface Chart {
  /** The Vega-Lite specification, which can be modified and displayed. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Charts of lists of numbers and of tensors. */
declare const plot: {
  /**
   * Draws lines of y over x, or over 0 … n - 1. Lines of more than 2,000 points are reduced to minimum and maximum of each section.
   * @example
   * plot.line({ train: [0.9, 0.5, 0.3], validation: [1, 0.7, 0.6] }, { title: "Loss", xLabel: "epoch" });
   */
  line(y: PlotNumbers | PlotSeries, options?: PlotOptions): Chart;
  line(x: PlotNumbers, y: PlotNumbers | PlotSeries, options?: PlotOptions): Chart;

  /**
   * Draws points.
   * @example
   * plot.scatter([1, 2, 3], [2, 4, 8], { classes: ["a", "b", "b"] });
   */
  scatter(x: PlotNumbers, y: PlotNumbers | PlotSeries, options?: ScatterOptions): Chart;

  /**
   * Draws a histogram of values of any shape; NaN and infinities are not counted.
   * @example
   * plot.histogram([1, 2, 2, 3], { bins: 3 });
   */
  histogram(values: PlotNumbers | PlotSeries | ArrayLike<unknown>, options?: HistogramOptions): Chart;

  /**
   * Draws a matrix of shape [rows, columns] as colours. With more than 64 rows or columns, blocks are averaged.
   * @example
   * plot.heatmap([[5, 1], [0, 6]], { xNames: ["cat", "dog"], yNames: ["cat", "dog"], xLabel: "predicted", yLabel: "true" });
   */
  heatmap(matrix: ArrayLike<ArrayLike<number>> | { toArray(): unknown }, options?: HeatmapOptions): Chart;

  /**
   * Draws a confusion matrix, from counts, or from the predicted and the true class of each sample. Rows are the true class, columns the
   * predicted class, and errors are red. At most 200 classes.
   * @example
   * plot.confusionMatrix([[5, 1], [0, 6]], { names: ["cat", "dog"] });
   * plot.confusionMatrix(["cat", "dog", "dog"], ["cat", "dog", "cat"], { normalize: true });
   */
  confusionMatrix(counts: ArrayLike<ArrayLike<number>> | { toArray(): unknown }, options?: ConfusionOptions): object;
  confusionMatrix(predictions: PlotClasses, targets: PlotClasses, options?: ConfusionOptions): object;

  /**
   * Shows pixels of shape [H, W], [C, H, W] or [H, W, C], with 1, 3 or 4 channels. Values are from 0 to 1, or from 0 to 255 if one exceeds 1;
   * if values lie outside of both ranges, minimum and maximum are black and white. Small pictures are enlarged, and all have a grey frame.
   * @example
   * plot.image([[0, 0.5], [0.5, 1]]);
   */
  image(pixels: ArrayLike<ArrayLike<number | ArrayLike<number>>> | { toArray(): unknown }): object;

  /**
   * Shows several pictures in rows of `columns`, 10 by default, in one picture: of shape [N, H, W], [N, C, H, W] or [N, H, W, C], with 1, 3 or 4 channels. Black and white are
   * the same for all, and are found as for `plot.image`.
   * @example
   * plot.images([[[0, 1]], [[1, 0]], [[1, 1]]], { columns: 2 });
   */
  images(
    pixels: ArrayLike<ArrayLike<ArrayLike<number | ArrayLike<number>>>> | { toArray(): unknown },
    options?: ImagesOptions,
  ): object;
};
