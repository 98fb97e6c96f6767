/** A path, relative to the contract. */
export const path = { type: 'string', minLength: 1 } as const
