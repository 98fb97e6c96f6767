import { type OutcomeState, type ReportedRun, stateOf } from '../ci/reported-run.ts'
import { stateWords } from './clause-table.ts'

/** As many as one screen shows need no filter. */
const few = 8

const states = Object.keys(stateWords) as OutcomeState[]

/**
 * Buttons that leave only the clauses of one verdict. They work by the style sheet alone. Empty where there is nothing to be told
 * apart, or little to look through.
 */
export function verdictFilter(runs: readonly ReportedRun[]): string {
  const all = runs.flatMap(({ outcomes }) => outcomes.map(stateOf))
  const counts = states.map(state => [state, all.filter(each => each === state).length] as const)
  const present = counts.filter(([, count]) => count > 0)
  if (all.length <= few || present.length < 2) return ''
  const rest = all.filter(state => state !== 'upheld').length
  const choices = [
    choice('all', `all ${all.length}`, ' checked'),
    ...(present.length > 2 ? [choice('kept-out', `all but upheld: ${rest}`)] : []),
    ...present.map(([state, count]) => choice(state, `${stateWords[state]}: ${count}`)),
  ]
  return `<fieldset class="show"><legend>Clauses to show</legend>${choices.join('\n')}</fieldset>`
}

function choice(state: string, words: string, checked = ''): string {
  return `<label class="${state}"><input type="radio" name="show" id="show-${state}"${checked}> ${words}</label>`
}

const shows = (chosen: string, kept: string) =>
  `body:has(#show-${chosen}:checked) :is(.clauses tbody tr:not(${kept}), section:not(:has(${kept}), .failed)) { display: none; }`

export const filterStyle = `
.show { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; padding: 0.3rem 0.8rem; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; }
@media (min-width: 900px) { .show { position: sticky; top: 0; background: var(--paper); z-index: 1; } }
.show legend { font-size: 0.9rem; color: var(--dim); padding: 0 0.3rem; background: var(--paper); border-radius: 6px; } .clauses tr:target { outline: 2px solid var(--bar); scroll-margin-top: 6rem; }
.clauses a { text-decoration: none; } .clauses a:hover, .clauses a:focus { text-decoration: underline; }
.legend .interval { display: inline-block; width: 64px; vertical-align: middle; }
@supports not selector(:has(a)) { .show { display: none; } } @media print { .show { display: none; } }
${shows('kept-out', '.is-violated, .is-inconclusive, .is-error')}
${states.map(state => shows(state, `.is-${state}`)).join('\n')}`
