import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: { $messages: fileURLToPath(new URL('./src/paraglide/messages.js', import.meta.url)) },
    conditions: ['browser'],
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
