/** Settings of a session that runs nothing, but only writes its optimized graph: weights are not laid out for kernels. */
export const graphOnly = { 'session.disable_prepacking': '1' }
