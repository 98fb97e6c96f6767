/** Host program: simulates beside the others. */
import { serve } from '../../src/engine/serve.ts'
import { simulate } from './simulate.ts'

serve({ simulate })
