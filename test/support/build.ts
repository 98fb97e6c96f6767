import { execa } from 'execa'

/** Builds dist/, which the hosts, the command line and the fixture projects of the tests run. */
export default async function build(): Promise<void> {
  await execa('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
