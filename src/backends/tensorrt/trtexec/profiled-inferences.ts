/** Inferences of which the time of each layer is recorded: medians of so many hardly move. */
export const profiledInferences = 100
