/** Whether anomaly mode is on. */
import { ambient, during } from "../../platform/ambient.ts";

/** What `setDetectAnomaly` was last called with; it outlives a terminated program. */
let anomaliesByDefault = false;

/** Whether anomaly mode is on, and whether an error is being described, while nothing is looked at. */
const anomalies = ambient(() => ({ wanted: anomaliesByDefault, describing: false }));

/** Whether NaN and infinity are looked for, and lines are kept for telling of them. */
export const isAnomalyEnabled = (): boolean => anomalies.wanted;

/** Whether results are looked at now. */
export const findsAnomalies = (): boolean => anomalies.wanted && !anomalies.describing;

/** Switches anomaly mode for the rest of the program. */
export function setDetectAnomaly(enabled: boolean): void {
  anomaliesByDefault = enabled;
  anomalies.wanted = enabled;
}

/** Runs `body` in anomaly mode; an async body until its promise settles. */
export function withAnomalies<T>(body: () => T): T {
  const before = anomalies.wanted;
  anomalies.wanted = true;
  return during(body, () => {
    anomalies.wanted = before;
  });
}

/** Runs `body` without looking at results. */
export function whileDescribing<T>(body: () => T): T {
  anomalies.describing = true;
  return during(body, () => {
    anomalies.describing = false;
  });
}
