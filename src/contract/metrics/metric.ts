import type { Scoring } from '../../accuracy/score.ts'
import type { Engines } from '../../builder/engine.ts'
import type { DecidableClause, Quantity } from '../clause/clause.ts'
import type { Alpha } from '../evaluate/evaluation.ts'
import type { ClauseResult } from '../evidence.ts'
import type { AnotherTime } from '../in-turns.ts'
import type { Kind } from './kinds.ts'

/** One word, or a few, that a clause can ask about, and everything that depends on which one it is. */
export interface Metric {
  readonly name: string
  readonly kind: Kind
  readonly better: 'higher' | 'lower'
  /**
   * A clause names a second variant, `A metric to B`. `optional`: or none at all, which is between implicit and explicit,
   * in both directions.
   */
  readonly reference?: 'required' | 'optional'
  /** A clause may name one of the model's outputs: `of 'scores'`. */
  readonly ofOutput?: true
  /** When a verdict about it can err: what is known exactly needs no share of an error budget. */
  readonly estimated: 'always' | 'of a sample' | 'never'
  /** The data without which there is no value: labelled samples, any evaluation data, inputs to run engines on. */
  readonly needs: 'labels' | 'evaluation' | 'inputs' | 'nothing'
  /** What `quantract explain` follows layer by layer to say why a clause about it is violated. */
  readonly explainedBy: 'time' | 'accuracy' | 'nothing'
  /** The score of which it is the mean, or the difference of two means; absent if it is no mean over samples. */
  readonly scoring?: Scoring
  readonly evaluate: Evaluator
}

/** What the evaluation of one clause is given. */
export interface Evaluation {
  readonly clause: DecidableClause
  /** The metric of a quantity, also of one that the user added. */
  readonly metricOf: (quantity: Quantity) => Metric
  readonly engines: Engines
  readonly alpha: Alpha
  /** Adds the evidence of this run to that of earlier ones that were inconclusive. */
  readonly resume?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Resolves at another time of the run, when other clauses have measured: what is asked then has not been seen yet. */
  readonly anotherTime?: AnotherTime | undefined
  /** Receives one line that says what is going on. */
  readonly onProgress?: ((line: string) => void) | undefined
  /** Receives what a reader should know before the clause is evaluated. */
  readonly onNotice?: ((sentence: string) => void) | undefined
}

/** What an evaluator finds; the clause, its reason and the time are added by `evaluateClause`. */
export type Finding = Omit<ClauseResult, 'clause' | 'because' | 'seconds'>

/** Decides clauses about one metric. Throws InputError if it cannot. */
export type Evaluator = (evaluation: Evaluation) => Promise<Finding>
