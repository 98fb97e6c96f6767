import quantract from 'quantract/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [quantract()] })
