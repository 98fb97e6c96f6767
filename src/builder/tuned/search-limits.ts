/** Engines that a search builds if nobody says otherwise, without the implicit one. */
export const usualTrials = 12

/** Seconds that it takes at most: builds of TensorRT take from seconds to minutes. */
export const usualSearchSeconds = 1200
