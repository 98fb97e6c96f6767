import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

/** Setup of the unit tests: one that starts a process, an engine in its host or the command line, fails the run. */
childProcess.spawn = () => {
  const error = new Error('unit tests start no processes: end the name of this file in `.engine.test.ts`')
  // Thrown alone, it would be taken for the failure of a host, which some tests expect.
  queueMicrotask(() => {
    throw error
  })
  throw error
}
syncBuiltinESMExports()
