import type { DifferingEvidence, DifferingSample } from '../../contract/evidence.ts'
import { escapeHtml } from '../escape-html.ts'

/** The labelled samples for which engines do not name the same class, as pictures where they are pictures. */
export function differingSection({ count, of, samples }: DifferingEvidence): string {
  if (count === 0)
    return `<p class="dim">All engines name the same class for each of ${of} labelled samples.</p>`
  const rest = count > samples.length ? `, the first ${samples.length}` : ''
  return `<details open><summary>Samples for which engines name different classes: ${count} of ${of}${rest}</summary>
<ul class="samples">
${samples.map(figure).join('\n')}
</ul>
</details>`
}

function figure({ sample, label, answers, picture }: DifferingSample): string {
  const named = Object.entries(answers).map(([variant, answer]) => {
    const isRight = answer === label
    const mark = isRight ? '✓' : '✗'
    return `<span class="${isRight ? 'upheld' : 'violated'}">${mark} ${escapeHtml(variant)}: ${answer}</span>`
  })
  const image = isPng(picture) ? `<img src="${picture}" alt="sample ${sample}">` : ''
  return `<li><figure>${image}<figcaption>sample ${sample}, labelled ${label}<br>${named.join('<br>')}</figcaption></figure></li>`
}

/** Evidence is a file that anybody may have written: nothing but a picture gets into the page. */
function isPng(picture: string | undefined): picture is string {
  return picture !== undefined && /^data:image\/png;base64,[A-Za-z0-9+/]+=*$/.test(picture)
}
