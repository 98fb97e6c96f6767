/** Seconds after which what runs behind a launcher counts as hanging. */
export interface LaunchLimits {
  /** Commands that do nearly nothing; a scheduler may let them wait before they run. */
  readonly answer: number
  /** Files on their way. */
  readonly transfer: number
  /** Where the user can set them, behind the seconds in a sentence; empty if nowhere. */
  readonly named: string
}

export const usualLimits: LaunchLimits = { answer: 120, transfer: 600, named: '' }
