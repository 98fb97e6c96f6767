import { topK } from './top-k.ts'

/** Score of one sample; the metric is its mean over the evaluation set. */
export type SampleScore = (scores: Float32Array, label: number) => number

/** Metrics that are computed from class scores and a label. A new one is one line here. */
export const accuracyMetrics: Readonly<Record<string, SampleScore>> = {
  accuracy: (scores, label) => Number(topK(scores, label, 1)),
  'top5 accuracy': (scores, label) => Number(topK(scores, label, 5)),
}
