import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

test('decisions/README.md lists every record; `npx vitest run test/docs -u` writes it', async () => {
  const files = (await readdir('decisions')).filter(name => /^\d{4}-/.test(name)).toSorted()
  const rows = await Promise.all(
    files.map(async file => {
      const text = await readFile(`decisions/${file}`, 'utf8')
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(text)!
      expect(file.slice(0, 4), file).toBe(number!.padStart(4, '0'))
      return { number: number!, row: `| ${number} | [${title!.replaceAll('|', '\\|')}](${file}) |` }
    }),
  )
  expect(new Set(rows.map(({ number }) => number)).size).toBe(files.length)
  const table = ['| | decided |', '|---|---|', ...rows.map(({ row }) => row)]
  await expect(
    `# Decisions\n\nOne short record for each decision of design: why it is so.\n\n${table.join('\n')}\n`,
  ).toMatchFileSnapshot('../../decisions/README.md')
})
