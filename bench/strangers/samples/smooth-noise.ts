const [coarse, share] = [8, 0.9]

/**
 * A picture of smooth noise in [0, 1]: a coarse grid of random values, drawn out, with a little fine noise. Networks for
 * images answer white noise with next to nothing.
 *
 * @param shape four axes: channels are the second one, or the last if it is 4 or less
 */
export function smoothNoise(shape: readonly number[], random: () => number): Float64Array {
  const last = shape[3]! <= 4 && shape[1]! > 4
  const [channels, height, width] = (last ? [shape[3], shape[1], shape[2]] : shape.slice(1)) as [
    number,
    number,
    number,
  ]
  const values = new Float64Array(channels * height * width * shape[0]!)
  for (let plane = 0; plane < channels * shape[0]!; plane++) {
    const grid = Array.from({ length: coarse + 1 }, () => Array.from({ length: coarse + 1 }, random))
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = share * at(grid, (coarse * y) / height, (coarse * x) / width) + (1 - share) * random()
        const pixel = y * width + x
        values[last ? pixel * channels + plane : plane * height * width + pixel] = value
      }
    }
  }
  return values
}

/** The value between four points of a grid. */
function at(grid: readonly (readonly number[])[], y: number, x: number): number {
  const [row, column] = [Math.floor(y), Math.floor(x)]
  const [down, right] = [y - row, x - column]
  const along = (line: readonly number[]) => (1 - right) * line[column]! + right * line[column + 1]!
  return (1 - down) * along(grid[row]!) + down * along(grid[row + 1]!)
}
