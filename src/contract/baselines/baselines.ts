import { relative } from 'node:path'
import {
  baselineFile,
  readBaselines,
  type StoredFigure,
  type StoredGroup,
  writeBaselines,
} from './baseline-file.ts'
import { type Conditions, differences } from './conditions.ts'
import { addToHistory } from './history.ts'

/** Whether figures are stored, as Vitest decides it of snapshots: all of them, those that are not there, or none. */
export type BaselineUpdate = 'all' | 'new' | 'none'

/** The figures that a contract or spec is held against. */
export interface Baselines {
  /** Path of the file, relative to the working directory, for messages. */
  readonly file: string
  /** Whether a figure is to be stored although there is one: each is once a run. */
  replaces(quantity: string): boolean
  /** Whether a figure is to be stored where there is none. */
  readonly addsMissing: boolean
  /** What is stored of a quantity: a figure that was measured under the same conditions, or why there is none. */
  find(quantity: string, conditionsFor: (all: Conditions) => Conditions, here: Conditions): Promise<Found>
  /** Stores a figure in place of all that would be comparable with it. */
  keep(
    quantity: string,
    conditionsFor: (all: Conditions) => Conditions,
    here: Conditions,
    figure: StoredFigure,
  ): Promise<void>
  /**
   * Where all figures are to be stored anew: removes those, of any environment, that nobody asks about any more. Their history stays.
   *
   * @param quantities all that the source asks about
   * @returns what was removed
   */
  removeOthers(quantities: readonly string[]): Promise<readonly string[]>
}

export type Found =
  | { readonly figure: StoredFigure }
  /** Differences from the stored conditions that are the nearest; undefined if nothing is stored of it. */
  | { readonly figure?: undefined; readonly differences: readonly string[] | undefined }

/**
 * The baselines beside a contract or spec.
 *
 * @param source path of that file
 * @param prefix of all names, where a file has several of the same quantity
 */
export function openBaselines(source: string, update: BaselineUpdate, prefix = ''): Baselines {
  const { file, history } = baselineFile(source)
  const kept = new Set<string>()
  return {
    file: relative('', file),
    replaces: quantity => update === 'all' && !kept.has(prefix + quantity),
    addsMissing: update !== 'none',
    async find(quantity, conditionsFor, here) {
      const name = prefix + quantity
      const wanted = conditionsFor(here)
      const candidates = (await readBaselines(file)).flatMap(({ environment, values }) => {
        const figure = Object.hasOwn(values, name) ? values[name] : undefined
        return figure ? [{ figure, differences: differences(conditionsFor(environment), wanted) }] : []
      })
      const [nearest] = candidates
        .toSorted((a, b) => (a.figure.measuredAt > b.figure.measuredAt ? -1 : 1))
        .toSorted((a, b) => a.differences.length - b.differences.length)
      if (nearest?.differences.length === 0) return { figure: nearest.figure }
      return { differences: nearest?.differences }
    },
    async keep(quantity, conditionsFor, here, figure) {
      const name = prefix + quantity
      // Read anew: another test of the file may have written meanwhile.
      const groups = await readBaselines(file)
      const isComparable = ({ environment }: StoredGroup) =>
        differences(conditionsFor(environment), conditionsFor(here)).length === 0
      const others = groups.map(group => (isComparable(group) ? without(group, name) : group))
      const own = others.find(({ environment }) => differences(environment, here).length === 0)
      const changed = { environment: here, values: { ...own?.values, [name]: figure } }
      const all = own ? others.map(group => (group === own ? changed : group)) : [...others, changed]
      await writeBaselines(file, all)
      kept.add(name)
      await addToHistory(history, { of: name, ...figure, environment: conditionsFor(here) })
    },
    async removeOthers(quantities) {
      if (update !== 'all') return []
      const groups = await readBaselines(file)
      const stored = new Set(groups.flatMap(({ values }) => Object.keys(values)))
      const obsolete = [...stored].filter(name => !quantities.includes(name)).sort()
      if (obsolete.length > 0)
        await writeBaselines(
          file,
          groups.map(group => without(group, ...obsolete)),
        )
      return obsolete
    },
  }
}

function without({ environment, values }: StoredGroup, ...names: readonly string[]): StoredGroup {
  const others = Object.entries(values).filter(([name]) => !names.includes(name))
  return { environment, values: Object.fromEntries(others) }
}
