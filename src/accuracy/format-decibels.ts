/** `34.1 dB`; ±200 dB stand for infinities. */
export function formatDecibels(decibels: number): string {
  if (decibels >= 200) return 'equal'
  return decibels <= -200 ? '-∞ dB' : `${decibels.toFixed(1)} dB`
}
