/**
 * Whether there is time for samples beyond those that were held back. Asked again when there are twice as many: how many
 * there are is seldom another number on a machine that is busier.
 */
export function timeForMore(limit: number, heldBack: number): (done: number, seconds: number) => boolean {
  let asked = heldBack
  return (done, seconds) => {
    if (done < asked) return true
    asked = heldBack + Math.max(1, 2 * (done - heldBack))
    return (seconds / done) * asked < limit
  }
}
