/** What a test of a clause can decide, each with an error rate of its own. */
export type Decision = 'upheld' | 'violated'

/** A test of "the centre of the distances is at most 0", one distance at a time, that may end after any of them. */
export interface SequentialTest {
  /**
   * Takes the distance of the next block from the boundary of a clause; positive means violated.
   *
   * @returns The decision, undefined while there is none; once there is one, it stays.
   */
  add(distance: number): Decision | undefined
}
