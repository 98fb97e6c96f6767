/** Settings of a session that runs Q/DQ nodes in float instead of fusing them into INT8 kernels: what the numbers should be. */
export const qdqInFloat = { 'session.disable_quant_qdq': '1' }
