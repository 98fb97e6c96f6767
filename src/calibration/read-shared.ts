import type { Host } from '../engine/host.ts'
import type { CountingWorker } from './counting-worker.ts'

/** What `read` finds about the tensors: each process answers for a part of them, with what all have counted of it. */
export async function readShared<Found>(
  workers: readonly CountingWorker[],
  tensors: Iterable<string>,
  read: (host: Host) => Promise<ReadonlyMap<string, Found>>,
): Promise<ReadonlyMap<string, Found>> {
  const parts = workers.map((_, part) => [...tensors].filter((_, index) => index % workers.length === part))
  await Promise.all(
    workers.map(async (worker, own) => {
      for (const from of workers) {
        if (from === worker) continue
        const counted = await from.ask(host => host.call('handOver', parts[own]))
        await worker.ask(host => host.call('merge', counted))
      }
    }),
  )
  const found = await Promise.all(workers.map(worker => worker.ask(read)))
  return new Map(found.flatMap(part => [...part]))
}
