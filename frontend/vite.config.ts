import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/**
 * The server fills these when it serves the page: the root path of the deployment ("" or "/forum"),
 * the page's title and the reader's language.
 */
const ROOT = '%PARLEY_ROOT%'

/** Applies the reader's theme before the first paint. It stands alone, because a module runs too late. */
function boot(): Plugin {
  const source = readFileSync(new URL('./src/app/boot.js', import.meta.url), 'utf8')
  const name = `assets/boot-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`
  return {
    name: 'parley-boot',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: name, source })
    },
    transformIndexHtml: () => [
      { tag: 'script', attrs: { src: `${ROOT}/${name}` }, injectTo: 'head-prepend' },
    ],
  }
}

/** Vite encodes the placeholder where it stands in an address; the server looks for it as it is. */
function placeholders(): Plugin {
  return {
    name: 'parley-placeholders',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['index.html']
      if (page?.type === 'asset') page.source = String(page.source).replaceAll('%25PARLEY_ROOT%25', ROOT)
    },
  }
}

/** Lays a .gz beside every text asset, so that servers send it as it is. It reads what was really written. */
function gzip(): Plugin {
  return {
    name: 'parley-gzip',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name))
      await Promise.all(
        names.map(async (name) => {
          const file = join(dir!, name)
          await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }))
        }),
      )
    },
  }
}

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['globalVariable', 'baseLocale'],
    }),
    svelte(),
    boot(),
    placeholders(),
    gzip(),
  ],
  resolve: { alias: { $messages: fileURLToPath(new URL('./src/paraglide/messages.js', import.meta.url)) } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Every browser that has popovers knows what a module preload is.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every page needs comes in two files, not in twenty: they compress better together.
        // What only writers need stays out of them.
        codeSplitting: {
          groups: [
            { name: 'vendor', test: /node_modules|\/runtime\.js$/, minShareCount: 2 },
            {
              name: 'base',
              test: /\/src\/(lib|ui|api(?!\/writing)|session|paraglide|features\/topics\/reading)\b/,
              minShareCount: 4,
            },
          ],
        },
      },
    },
  },
  // Scripts and styles find their neighbours from where they are themselves; only the page needs the root.
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `${ROOT}/${file}` : { relative: true }),
  },
  server: { proxy: { '/api': process.env.PARLEY_API ?? 'http://127.0.0.1:8000' } },
})
