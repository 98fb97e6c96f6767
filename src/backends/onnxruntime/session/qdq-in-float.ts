/**
 * Settings of a session that runs Q/DQ nodes in float instead of fusing them into INT8 kernels: what the numbers should be.
 * Weights stay integers until their layer runs: as constants in float, all of them at once would take four times the memory.
 */
export const qdqInFloat = {
  'session.disable_quant_qdq': '1',
  'optimization.disable_specified_optimizers': 'ConstantFolding',
}
