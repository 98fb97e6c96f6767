/**
 * Writes the documentation as a folder of HTML, to be opened or put on any server.
 *
 *     npm run docs -- [folder, default: site]
 */
import { writeSite } from './write-site.ts'

const [out = 'site'] = process.argv.slice(2)
const pages = await writeSite(out)
console.log(`wrote ${pages.length} pages: open ${out}/index.html`)
