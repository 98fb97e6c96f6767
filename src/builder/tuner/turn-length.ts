/** A turn of short inferences has as many as fit into this, at most. */
const [turnMilliseconds, longestTurn] = [50, 20]
/** Of the first inference of all engines: where it takes less, a second one costs nothing. */
const coldMilliseconds = 1000

/**
 * How many inferences an engine has in a row where several take turns for little time: the first of short ones finds the
 * caches of another engine.
 *
 * @param timeOnce - one inference of each engine, in ms. The very first may take ten times as long as the next, so it says
 *   how long they are only where it is long itself
 */
export async function turnLength(timeOnce: () => Promise<readonly number[]>): Promise<number> {
  let times = await timeOnce()
  if (Math.max(...times) < coldMilliseconds) times = await timeOnce()
  return Math.max(1, Math.min(longestTurn, Math.floor(turnMilliseconds / Math.max(...times))))
}
