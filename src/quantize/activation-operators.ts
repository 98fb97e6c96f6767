/** Operators that stand behind a layer as its activation, alone or, like Sigmoid and Mul of a Swish, together. */
export const activationOperators: ReadonlySet<string> = new Set([
  'Clip',
  'Elu',
  'Erf',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'LeakyRelu',
  'Mul',
  'PRelu',
  'Relu',
  'Sigmoid',
  'Softplus',
  'Tanh',
])
