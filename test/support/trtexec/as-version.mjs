/**
 * The recorded 10.6 values in the documented form of other versions. Synthetic: nobody recorded such a pair of runs, and
 * every test that uses it says so in its title.
 */

const banners = { 8.2: '8203', 8.6: '8601', 10.6: '100600', 10.16: '101601', '11.0': '110000' }

/** Options of 10.6 that a version does not have; string literals of sampleOptions.cpp at its tag. */
const absent = {
  8.2: [
    '--skipInference',
    '--dumpRawBindingsToFile',
    '--memPoolSize',
    '--builderOptimizationLevel',
    '--infStreams',
    '--profile',
    '--stronglyTyped',
  ],
  8.6: ['--stronglyTyped', '--bf16', '--int4', '--profile'],
  10.6: [],
  10.16: [],
  '11.0': [
    '--int8',
    '--fp16',
    '--best',
    '--bf16',
    '--fp8',
    '--int4',
    '--calib',
    '--calibProfile',
    '--layerPrecisions',
    '--precisionConstraints',
  ],
}
/** Options that a version has and 10.6 does not. */
const added = {
  8.2: ['--buildOnly', '--workspace'],
  8.6: ['--buildOnly'],
  10.6: [],
  10.16: [],
  '11.0': ['--includeDataTransfers', '--noCudaGraph', '--noSpinWait'],
}

export function withoutOptions(version) {
  return new Set(absent[version])
}

export const asVersion = {
  help(version, text) {
    const lines = text
      .split('\n')
      .filter(line => !absent[version].some(option => new RegExp(`^\\s*${option}(?![\\w-])`).test(line)))
    const more = added[version].map(option => `  ${option}   synthetic`)
    return [...lines.slice(0, -2), ...more, ...lines.slice(-2)].join('\n')
  },
  log(version, text) {
    const banner = text.replaceAll('TensorRT v100600', `TensorRT v${banners[version]}`)
    return Number(banners[version]) < 10_000 ? banner.replaceAll(/ \[b\d+\] #/g, ' #') : banner
  },
  /** 11.0 splits `Format/Datatype` and replaces `Bindings`; 8.x writes formats as sentences and has no metadata. */
  layers(version, text) {
    if (version.startsWith('10')) return text
    const { Layers: layers } = JSON.parse(text)
    const sentences = {
      Int8: 'Thirty-two wide channel vectorized row major Int8 format',
      Half: 'Row major linear FP16 format',
      Float: 'Row major linear FP32',
    }
    const tensor = ({ 'Format/Datatype': type, ...rest }) =>
      version === '11.0'
        ? { ...rest, Format: 'Row major linear', DataType: type }
        : { ...rest, 'Format/Datatype': sentences[type] ?? type }
    const written = layers.map(layer => {
      const { Metadata: _, ...others } = layer
      const both = { Inputs: layer.Inputs.map(tensor), Outputs: layer.Outputs.map(tensor) }
      return version === '11.0' ? { ...layer, ...both } : { ...others, ...both }
    })
    return JSON.stringify(
      version === '11.0' ? { Layers: written, 'I/O Tensors': [] } : { Layers: written, Bindings: [] },
    )
  },
  /** Up to 8.4 the rows of the warm-up come first. */
  times(version, text) {
    if (version !== '8.2') return text
    const rows = JSON.parse(text)
    const warmUp = rows.map(row => ({
      ...row,
      startComputeMs: row.startComputeMs - 190,
      computeMs: 9,
      latencyMs: 9,
    }))
    return JSON.stringify([...warmUp, ...rows].map(row => ({ ...row, endToEndMs: row.latencyMs })))
  },
}
