import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { openTerminal } from '../../src/cli/terminal.ts'

function open(isTTY: boolean) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
  Object.assign(streams.stderr, { isTTY, columns: 20 })
  let time = 0
  const terminal = openTerminal(streams as never, () => time)
  return {
    terminal,
    pass: (seconds: number) => {
      time += 1000 * seconds
    },
    text: (stream: keyof typeof streams) => String(streams[stream].read() ?? ''),
  }
}

test('in a terminal a line of progress replaces the one before, and results erase it', () => {
  const { terminal, text } = open(true)
  terminal.progress('calibrating, 1 of 100 samples')
  terminal.progress('calibrating, 2')
  terminal.print('done')
  expect(text('stderr')).toBe('\r\u001B[Kcalibrating, 1 of 1\r\u001B[Kcalibrating, 2\r\u001B[K')
  expect(text('stdout')).toBe('done\n')
})

test('in a log a line every ten seconds says what goes on', () => {
  const { terminal, pass, text } = open(false)
  terminal.progress('calibrating, 1 of 100')
  expect(text('stderr')).toBe('')
  pass(11)
  terminal.progress('calibrating, 40 of 100')
  terminal.progress('calibrating, 41 of 100')
  pass(9)
  terminal.progress('calibrating, 80 of 100')
  pass(2)
  terminal.progress('timing \u001B[2J')
  expect(text('stderr')).toBe('… calibrating, 40 of 100\n… timing \\u001b[2J\n')
})
