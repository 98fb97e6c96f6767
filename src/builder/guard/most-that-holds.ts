/**
 * The most units, of those given from the most to the least wanted, that hold together, if not all do: as many of the first as do, then
 * without the one at which they break, and so on. Each round is a bisection, so that a model of hundreds of layers takes
 * about ten engines for each layer that goes back.
 *
 * This also finds layers that harm only beside others, which do nothing when they are measured alone.
 *
 * @param holds - whether these units in INT8 hold
 * @param isTime - what was not reached when there is none left is left out
 * @param rounds - after so many the rest is left out
 */
export async function mostThatHolds(
  wanted: readonly number[],
  holds: (units: readonly number[]) => Promise<boolean>,
  isTime: () => boolean,
  rounds = Infinity,
): Promise<readonly number[]> {
  let kept: readonly number[] = []
  let rest = wanted
  for (let round = 0; round < rounds && rest.length > 0 && isTime(); round++) {
    // At first that is known: they do not.
    if (rest.length < wanted.length && (await holds([...kept, ...rest]))) return [...kept, ...rest]
    // How many more hold: at least `low`, at most `high`.
    let [low, high] = [0, rest.length - 1]
    while (low < high && isTime()) {
      const middle = Math.ceil((low + high) / 2)
      if (await holds([...kept, ...rest.slice(0, middle)])) low = middle
      else high = middle - 1
    }
    kept = [...kept, ...rest.slice(0, low)]
    rest = rest.slice(low + 1)
  }
  return kept
}
