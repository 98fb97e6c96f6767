import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { type Accelerator, environment, relevantSets } from '../../../engine/environment.ts'
import { startHost } from '../../../engine/host.ts'
import { type LaunchedOn, startLaunchedHost } from '../../../engine/launched/launched-host.ts'
import { InputError, messageOf } from '../../../errors.ts'
import { makeNode } from '../../../onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  ValueInfoProtoSchema,
} from '../../../onnx/onnx_pb.ts'
import { writeModel } from '../../../onnx/write-model.ts'
import { ownModule } from '../../../own-package.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import type { OnnxruntimeTarget } from '../target.ts'
import { type ProviderName, providerOf } from './providers.ts'

/**
 * The device that a provider runs on, found by opening a session on it; undefined for the CPU.
 *
 * @throws InputError if it is not there, with the command that installs it
 */
export async function findProvider(
  target: Partial<Pick<OnnxruntimeTarget, 'provider' | 'device' | 'launcher' | 'node'>>,
): Promise<Accelerator | undefined> {
  const { provider: name = 'cpu', device, launcher, node = 'node' } = target
  if (launcher) return machineBehind({ launcher, node })
  const provider = providerOf(name)
  if (!provider) return undefined
  const { platform, onnxruntime } = environment()
  if (!provider.platforms.includes(platform)) {
    throw new InputError(
      `onnxruntime/${name} is not there: onnxruntime-node has it for ${provider.platforms.join(', ')}, not for ${platform}`,
    )
  }
  const log = await openOn({ provider: name, device }, provider.environment).catch(error => {
    throw new InputError(
      `onnxruntime/${name} is not there: ${provider.needs} (ONNX Runtime says: ${reasonIn(messageOf(error))})`,
      { cause: error },
    )
  })
  return { ...(await provider.describe(log, device ?? 0)), runtime: `ONNX Runtime ${onnxruntime} (${name})` }
}

/** By launcher and Node.js: a process of ours asks once. */
const machines = new Map<string, Promise<Accelerator>>()

/** The CPU of another machine, and what runs engines on it. */
function machineBehind(launched: LaunchedOn): Promise<Accelerator> {
  const key = JSON.stringify(launched)
  const known = machines.get(key) ?? askMachine(launched)
  machines.set(key, known)
  known.catch(() => machines.delete(key)) // It may be there again later.
  return known
}

async function askMachine(launched: LaunchedOn): Promise<Accelerator> {
  const host = await startLaunchedHost(launched, 'dist/backends/onnxruntime/session/session-host.js')
  await host.stop()
  const { cpu, cores, flags, platform, node, onnxruntime } = host.about
  const instructionSets = relevantSets(flags)
  return {
    device: `${cpu} (${[`${cores} cores`, ...instructionSets].join(', ')})`,
    runtime: `ONNX Runtime ${onnxruntime}, Node.js ${node.replace(/^v/, '')}, ${platform}`,
    cpu: { instructionSets, platform },
  }
}

/** Opens a session on a provider; gives what was written to stderr meanwhile. */
async function openOn(
  { provider, device }: { readonly provider: ProviderName; readonly device: number | undefined },
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const directory = await scratchDirectory('provider')
  let log = ''
  const host = await startHost(ownModule('backends/onnxruntime/session/session-host'), {
    environment: variables,
    onLog: text => {
      log += text
    },
  })
  try {
    const model = join(directory, 'relu.onnx')
    await writeModel(smallestModel(), model)
    await host.call('open', 'probe', model, { threads: 1, provider, ...(device !== undefined && { device }) })
  } finally {
    await host.stop()
    await rm(directory, { recursive: true, force: true })
  }
  return log
}

/** What an error of ONNX Runtime says behind the place in its sources and the condition that did not hold. */
function reasonIn(message: string): string {
  const last = message.split(/ was false\. |\.cc:\d+ /).at(-1)!
  // It may end in a line break that is written out.
  return last.trim().split(/\n|\\n/)[0]!
}

/** x [1] -> Relu -> y */
function smallestModel(): ModelProto {
  const value = (name: string) => {
    const shape = { dim: [{ value: { case: 'dimValue' as const, value: 1n } }] }
    const tensor = { elemType: DataType.FLOAT, shape }
    return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } })
  }
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: create(GraphProtoSchema, {
      name: 'smallest',
      node: [makeNode('Relu', 'relu', ['x'], ['y'])],
      input: [value('x')],
      output: [value('y')],
    }),
  })
}
